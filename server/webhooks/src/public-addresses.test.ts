/** Which addresses are refused: everything that is not the public internet, in whatever clothes it comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from './public-addresses.ts';

const CLOSED = [
  // This network, private, shared (carrier-grade NAT), loopback, link-local, protocol assignments, documentation, benchmarks.
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.0.1', '169.254.169.254'],
  ...['172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
  // Multicast, reserved, broadcast.
  ...['224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
  // Unspecified, loopback, unique local, link-local, site-local, multicast, discard, documentation, Teredo, 6to4, local NAT64.
  ...[
    '::',
    '::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'febf::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001:db8::1',
    '3fff::1',
    '2001::1',
    '2002:7f00:1::',
  ],
  ...['64:ff9b:1::1', '::127.0.0.1', 'fe80::1%eth0', '2606:4700::1%1'],
  // IPv4 within IPv6.
  ...[
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.1.2.3',
    '::ffff:c0a8:101',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '::ffff:0:0',
  ],
  ...['', 'localhost', '1', '127.1', '0x7f000001', '2130706433'],
];
const OPEN = [
  '1.1.1.1',
  '9.255.255.255',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.0.1',
  '172.32.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
];

test('private, local, shared and special addresses are refused', () => {
  for (const address of CLOSED) assert.equal(isPublicAddress(address), false, address);
});

test('public addresses are not, nor when they come through NAT64', () => {
  for (const address of [...OPEN, '64:ff9b::101:101', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])
    assert.equal(isPublicAddress(address), true, address);
});
