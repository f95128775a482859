import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mayPass } from '../src/server/may-pass.ts'

const failure = (message: string, code?: string) => Object.assign(new Error(message), code && { code })

for (const error of [
  failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
  failure('read ECONNRESET', 'ECONNRESET'),
  failure('write EPIPE', 'EPIPE'),
  failure('getaddrinfo ENOTFOUND postgres', 'ENOTFOUND'),
  failure('getaddrinfo EAI_AGAIN postgres', 'EAI_AGAIN'),
  failure('connect ETIMEDOUT 10.0.0.1:5432', 'ETIMEDOUT'),
  failure('connect EHOSTUNREACH 10.0.0.1:5432', 'EHOSTUNREACH'),
  failure('the database system is starting up', '57P03'),
  failure('terminating connection due to administrator command', '57P01'),
  failure('sorry, too many clients already', '53300'),
  failure('canceling statement due to lock timeout', '55P03'),
  failure('Connection terminated unexpectedly'),
  failure('Connection terminated due to connection timeout'),
  failure('Connection terminated'),
  failure('timeout exceeded when trying to connect'),
  failure('timeout expired'),
  failure('Client has encountered a connection error and is not queryable'),
  // Both addresses of a name.
  new AggregateError([failure('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED'), failure('', 'ECONNREFUSED')]),
])
  test(`is tried again: ${error.message || error.constructor.name}`, () => assert.ok(mayPass(error)))

for (const error of [
  failure('password authentication failed for user "todo"', '28P01'),
  failure('no pg_hba.conf entry for host', '28000'),
  failure('database "todo" does not exist', '3D000'),
  failure('permission denied to create schema', '42501'),
  failure('canceling statement due to statement timeout', '57014'),
  failure('The server does not support SSL connections'),
  failure('self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'),
  failure("Hostname/IP does not match certificate's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID'),
  failure('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
  new AggregateError([failure('', 'ECONNREFUSED'), failure('', '28P01')]),
  new AggregateError([]),
  'timeout',
])
  test(`is said at once: ${error instanceof Error ? error.message : error}`, () =>
    assert.not.ok(mayPass(error)))

test.run()
