/** From an address to a page. Pages load when somebody goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Frame } from './frame.tsx';
import { Home } from './pages/home.tsx';
import { NotHere } from './pages/not-here.tsx';

const root = createRootRoute({ component: Frame, notFoundComponent: NotHere });

/** Query fields of a list, as they stand in the address. */
export type ListSearch = Readonly<Record<string, string>>;
const asStrings = (search: Record<string, unknown>): ListSearch =>
  Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)]));

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: Home }),
  createRoute({
    getParentRoute: () => root,
    path: '/entries',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./pages/records.tsx'), 'Records'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/entries/$ref',
    component: lazyRouteComponent(() => import('./pages/entry.tsx'), 'Entry'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/lists/$module/$view',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./pages/list.tsx'), 'List'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/lists/$module/$view/$id',
    component: lazyRouteComponent(() => import('./pages/detail.tsx'), 'Detail'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/search',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./pages/search.tsx'), 'Search'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/offices',
    component: lazyRouteComponent(() => import('./offices/offices.tsx'), 'Offices'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/offices/$office/$role',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./offices/role.tsx'), 'Role'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/accessibility',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./pages/accessibility.tsx'), 'Accessibility'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/data',
    component: lazyRouteComponent(() => import('./open-data/open-data.tsx'), 'OpenDataPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/blocks',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./blocks/blocks.tsx'), 'Blocks'),
  }),
  createRoute({ getParentRoute: () => root, path: '/lists', component: lazyRouteComponent(() => import('./pages/lists.tsx'), 'Lists') }),
  createRoute({
    getParentRoute: () => root,
    path: '/operator',
    component: lazyRouteComponent(() => import('./operator/operator.tsx'), 'Operator'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/developers',
    component: lazyRouteComponent(() => import('./developers/developers.tsx'), 'Developers'),
  }),
  createRoute({ getParentRoute: () => root, path: '/desk', component: lazyRouteComponent(() => import('./desk/desk.tsx'), 'Desk') }),
  createRoute({
    getParentRoute: () => root,
    path: '/training',
    component: lazyRouteComponent(() => import('./training/training.tsx'), 'Training'),
  }),
  createRoute({ getParentRoute: () => root, path: '/keys', component: lazyRouteComponent(() => import('./keys/my-keys.tsx'), 'MyKeys') }),
  createRoute({
    getParentRoute: () => root,
    path: '/keys/new',
    component: lazyRouteComponent(() => import('./keys/new-keys.tsx'), 'NewKeys'),
  }),
  createRoute({ getParentRoute: () => root, path: '/keys/lost', component: lazyRouteComponent(() => import('./keys/lost.tsx'), 'Lost') }),
  createRoute({
    getParentRoute: () => root,
    path: '/keys/enrol',
    component: lazyRouteComponent(() => import('./keys/enrol.tsx'), 'Enrol'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/do',
    component: lazyRouteComponent(() => import('./desk/do-list.tsx'), 'DoList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/waits/$module/$form',
    component: lazyRouteComponent(() => import('./desk/waits-page.tsx'), 'WaitsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/roles',
    component: lazyRouteComponent(() => import('./desk/roles-page.tsx'), 'RolesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/correct/$',
    component: lazyRouteComponent(() => import('./desk/correct/correct-page.tsx'), 'CorrectPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/file/$module/$form',
    component: lazyRouteComponent(() => import('./desk/file/file-page.tsx'), 'FilePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/signed',
    component: lazyRouteComponent(() => import('./desk/signed-list.tsx'), 'SignedList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/desk/do/$module/$form',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./desk/forms/form-page.tsx'), 'FormPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./keys/staff-session.tsx'), 'StaffSignIn'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/money',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./areas/treasury/money.tsx'), 'MoneyPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/money/line/$id',
    component: lazyRouteComponent(() => import('./areas/treasury/line-report.tsx'), 'LineReport'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/record/$',
    component: lazyRouteComponent(() => import('./pages/record.tsx'), 'RecordLife'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/start/$door',
    component: lazyRouteComponent(() => import('./start/door-page.tsx'), 'DoorPage'),
  }),
  createRoute({ getParentRoute: () => root, path: '/try/cheat', component: lazyRouteComponent(() => import('./try/cheat.tsx'), 'Cheat') }),
  createRoute({
    getParentRoute: () => root,
    path: '/try/sample',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./try/sample.tsx'), 'Sample'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/try/python',
    component: lazyRouteComponent(() => import('./try/python.tsx'), 'Python'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/try/table',
    component: lazyRouteComponent(() => import('./try/dry-run.tsx'), 'DryRun'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/try/webhooks',
    component: lazyRouteComponent(() => import('./try/webhooks.tsx'), 'Webhooks'),
  }),
  createRoute({ getParentRoute: () => root, path: '/try/audit', component: lazyRouteComponent(() => import('./try/audit.tsx'), 'Audit') }),
  createRoute({
    getParentRoute: () => root,
    path: '/present',
    component: lazyRouteComponent(() => import('./present/present.tsx'), 'Present'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/verify',
    validateSearch: asStrings,
    component: lazyRouteComponent(() => import('./pages/verify.tsx'), 'Verify'),
  }),
];

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPreload: 'intent',
    scrollRestoration: true,
    // Fields as any form sends them: a code of digits stays a code.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const fields = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
      return fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`;
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
