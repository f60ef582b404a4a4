/** A proof that holds, said in one line that keeps nobody from what they came to read; what exactly it proves opens below. */
import type { ReactNode } from 'react';
import './calm-verdict.css';

export function CalmVerdict({ said, children }: { readonly said: ReactNode; readonly children: ReactNode }) {
  return (
    <div role="status" className="calm-verdict">
      <details>
        <summary>{said}</summary>
        {children}
      </details>
    </div>
  );
}
