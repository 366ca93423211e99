import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { webDir } from '../../src/paths.ts';
import { launchChromium } from './chromium.ts';
import type { Person } from './start-server.ts';

const address = {
  name: 'Asha Rao',
  phone: '9876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

/** Says in the buy sheet where the parcel goes. */
export async function fillAddress(page: Page): Promise<void> {
  for (const [field, value] of Object.entries(address)) {
    await page.getByTestId(`address-${field}`).fill(value);
  }
  await page.getByTestId('address-use').click();
}

/** Chromium on small screens, one profile for each phone; every error of a page is kept in `troubles`. */
export class Phones implements AsyncDisposable {
  readonly troubles: string[] = [];

  private constructor(
    readonly browser: Browser,
    private readonly serverUrl: string,
  ) {}

  static async open(serverUrl: string): Promise<Phones> {
    if (!existsSync(path.join(webDir, 'index.html')))
      throw new Error('the web app is not built: run npm test');
    return new Phones(await launchChromium(), serverUrl);
  }

  async ofGuest(): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 360, height: 740 },
      locale: 'en-IN',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.troubles.push(String(error)));
    return page;
  }

  /** Signed in as a person types it. */
  async of(person: Person): Promise<Page> {
    const page = await this.ofGuest();
    await page.goto(`${this.serverUrl}/account/sign-in`);
    await page.getByTestId('email').fill(person.user.email);
    await page.getByTestId('password').fill(person.password);
    await page.getByTestId('submit').click();
    await page.waitForURL((url) => url.pathname !== '/account/sign-in');
    return page;
  }

  /** Puts all phones away, but not the browser. */
  async putAway(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}
