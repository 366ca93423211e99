import { expect, test } from 'vitest';
import { checkCredentials, problemOfCode } from './credentials';
import { deviceName } from './device-name';

const good = { email: 'asha@example.in', password: 'monsoon mangoes', displayName: 'Asha' };

test('good credentials are sent', () => {
  expect(checkCredentials(good, true)).toEqual({});
  expect(checkCredentials({ ...good, displayName: '' }, false)).toEqual({});
});

test('a newcomer is told of each field what is wrong', () => {
  expect(checkCredentials({ email: 'asha@', password: 'short', displayName: ' ' }, true)).toEqual({
    email: 'account.emailWrong',
    password: 'account.passwordWrong',
    displayName: 'account.nameWrong',
  });
});

test('an old password is never judged by the rules for new ones', () => {
  expect(checkCredentials({ ...good, password: 'old' }, false)).toEqual({});
});

test("the server's refusals stand at the field to which they belong", () => {
  expect(problemOfCode('email_taken')?.field).toBe('email');
  expect(problemOfCode('invalid_credentials')?.field).toBe('password');
  expect(problemOfCode('rate_limited')).toBeNull();
});

test.each([
  [
    'Mozilla/5.0 (Linux; Android 14; Pixel 6a) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36',
    'Chrome · Android',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0', 'Edge · Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1',
    'Safari · iPhone',
  ],
  ['curl/8.9', null],
  [null, null],
])('%s is shown as %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
