/** The flow of funds as a drawing: as wide as its place, each part that leads somewhere is a link, and every amount is in its title. */
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Flow, FlowNode } from './flow.ts';

/** How a node is called and where it leads. */
export interface NodeWords {
  readonly name: string;
  /** Short, for the drawing. */
  readonly amount: string;
  /** Exact. */
  readonly exact: string;
  readonly href?: string;
}

export interface SankeyProps {
  readonly flow: Flow;
  readonly title: string;
  readonly description: string;
  readonly wordsOf: (node: FlowNode) => NodeWords;
  readonly moneyOf: (amount: bigint) => string;
  readonly go: (href: string) => void;
}

const NODE_WIDTH = 12;
const NODE_PADDING = 20;
const LETTER = 7.2;
/** Beside the last column, for what its parts are called. */
const LAST_LABEL = 195;

export function Sankey({ flow, title, description, wordsOf, moneyOf, go }: SankeyProps) {
  const id = useId();
  const [place, width] = useWidth();
  const { nodes, links, height, step } = laidOut(flow, width);
  const path = sankeyLinkHorizontal();
  return (
    <figure className="sankey" ref={place} aria-labelledby={`${id}t`} aria-describedby={`${id}d`}>
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
          <title id={`${id}t`}>{title}</title>
          <desc id={`${id}d`}>{description}</desc>
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: it cannot be focused; the parts it joins are read. */}
          <g className="ribbons" aria-hidden="true">
            {links.map((link) => (
              <path
                key={`${link.from.id} ${link.to.id}`}
                className={link.to.kind}
                d={path(link) ?? ''}
                strokeWidth={Math.max(1, link.width ?? 0)}
              >
                <title>{`${wordsOf(link.from).name} → ${wordsOf(link.to).name}: ${moneyOf(link.amount)}`}</title>
              </path>
            ))}
          </g>
          {nodes.map(({ node, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => {
            const words = wordsOf(node);
            const room = Math.floor((x1 + LAST_LABEL > width ? LAST_LABEL : step) / LETTER) - 3;
            const name = cut(words.name, room - words.amount.length);
            // Whoever speaks to the screen says what is to be seen; whoever listens hears the whole.
            const label = `${name} ${words.amount} (${name === words.name ? '' : `${words.name}, `}${words.exact})`;
            return (
              <Leading key={node.id} href={words.href} go={go}>
                <title>{label}</title>
                <rect className={node.kind} x={x0} y={y0} width={x1 - x0} height={Math.max(2, y1 - y0)} rx={2} />
                <text x={x1 + 6} y={(y0 + y1) / 2} dy="0.35em">
                  {name} <tspan className="amount">{words.amount}</tspan>
                </text>
              </Leading>
            );
          })}
        </svg>
      )}
    </figure>
  );
}

interface LeadingProps {
  readonly href: string | undefined;
  readonly go: (href: string) => void;
  readonly children: ReactNode;
}

function Leading({ href, go, children }: LeadingProps) {
  if (href === undefined) return <g>{children}</g>;
  return (
    <a
      href={href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(href);
      }}
    >
      {children}
    </a>
  );
}

interface Drawn {
  readonly node: FlowNode;
}

/** Numbers are for drawing: the exact amounts stay with the nodes. */
function laidOut({ nodes, links }: Flow, width: number) {
  const columns = new Map<string, number>();
  for (const { kind } of nodes) columns.set(columnOf(kind), (columns.get(columnOf(kind)) ?? 0) + 1);
  const most = Math.max(1, ...columns.values());
  const height = Math.max(320, most * 44);
  const right = Math.max(NODE_WIDTH * 4, width - LAST_LABEL);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  if (nodes.length === 0) return { nodes: [], links: [], height, step: width };
  const graph = sankey<Drawn, { readonly amount: bigint; readonly from: FlowNode; readonly to: FlowNode }>()
    .nodeId(({ node }) => node.id)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(NODE_PADDING)
    // As the flow has them: the largest first, what was put together last.
    .nodeSort(null as unknown as () => number)
    .extent([
      [1, 10],
      [right, height - 10],
    ])({
    nodes: nodes.map((node) => ({ node })),
    links: links.map(({ source, target, amount }) => ({
      ...{ source, target, amount, value: Number(amount) },
      ...{ from: byId.get(source) as FlowNode, to: byId.get(target) as FlowNode },
    })),
  });
  return { ...graph, height, step: (right - NODE_WIDTH) / Math.max(1, columns.size - 1) - NODE_WIDTH };
}

function columnOf(kind: FlowNode['kind']): string {
  if (kind === 'whole') return 'whole';
  return kind === 'class' || kind === 'other-classes' ? 'class' : kind === 'paid' || kind === 'open' ? 'end' : 'line';
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1)).trimEnd()}…`;
}

/** The width of an element as it is on the screen; 0 where it is not shown. */
function useWidth() {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}
