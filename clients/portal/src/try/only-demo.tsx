/** Pages that only a demo has: an office's own node has nothing behind them. */
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { office } from '../data/api.ts';
import { NotHere } from '../pages/not-here.tsx';

export function OnlyDemo({ children }: { readonly children: ReactNode }) {
  return useSuspenseQuery(office).data.demo === true ? children : <NotHere />;
}
