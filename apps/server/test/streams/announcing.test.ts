import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Phones } from '../support/phones.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let phones: Phones;
let seller: Person;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  phones = await Phones.open(server.url);
  seller = await server.registerSeller();
  page = await phones.of(seller);
});
afterEach(() => expect(phones.troubles).toEqual([]));
afterAll(async () => {
  await phones?.[Symbol.asyncDispose]();
  await server?.close();
});

test('a seller announces a show for tomorrow evening, finds it in the feed, and cancels it', async () => {
  await page.goto(`${server.url}/studio/new`);
  await page.getByTestId('show-title').fill('Diwali lamps');
  await page.getByTestId('plan-later').click();
  await page.getByTestId('plan-day-1').click();
  await page.getByTestId('plan-hour-19').click();
  await page.getByTestId('create-stream').click();
  await page.getByTestId('planned-shows').getByText('Diwali lamps').waitFor();

  const { items } = await server.guest().api.call('upcomingStreams', { query: {} });
  const tomorrow = new Date(Date.now() + 24 * 3_600_000);
  expect(items.map(({ title, scheduledFor }) => ({ title, at: new Date(String(scheduledFor)) }))).toEqual([
    { title: 'Diwali lamps', at: new Date(tomorrow.setHours(19, 0, 0, 0)) },
  ]);
  await page.goto(server.url);
  await page.getByText('Diwali lamps').waitFor();

  await page.goto(`${server.url}/studio`);
  await page.getByTestId('planned-shows').getByText('Diwali lamps').click();
  await page.getByTestId('end-show').click();
  await page.getByTestId('end-show-yes').click();
  await page.getByText('This show did not take place').waitFor();
  expect((await server.guest().api.call('upcomingStreams', { query: {} })).items).toEqual([]);
});

test('somebody deletes the account on the phone, and cannot sign in again', async () => {
  await page.goto(`${server.url}/account`);
  await page.getByTestId('delete-account').click();
  await page.getByTestId('delete-account-yes').click();
  await page.getByText('Your account is deleted').waitFor();
  const login = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: seller.user.email, password: seller.password }),
  });
  expect(login.status).toBe(401);
  await page.goto(`${server.url}/account`);
  await page.getByTestId('delete-account').waitFor({ state: 'detached' });
});
