import { expect, test } from 'vitest';
import { BlockedWords } from './blocked-words.ts';

const finds = (blocked: string, text: string) => new BlockedWords([blocked]).areIn(text);

test.each<[blocked: string, text: string]>([
  ['idiot', 'you idiot'],
  ['idiot', 'IDIOT'],
  ['idiot', 'Idiot!!!'],
  ['IDIOT', 'idiot, really'],
  ['idiot', '@idiot come here'],
  ['idiot', '“idiot”'],
  ['idiot', 'idiiiiot'],
  ['idiot', 'idiottttt'],
  ['idiot', 'iidddiooot'.replace('ii', 'iii')],
  ['idiot', '1d10t'],
  ['idiot', 'id!ot'],
  ['idiot', 'i.d.i.o.t'],
  ['idiot', 'i d i o t'],
  ['idiot', 'i-d-i-o-t you are'],
  ['idiot', 'id\u200biot'],
  ['idiot', 'id\u00adiot'],
  ['idiot', 'idi\u034fot'],
  ['idiot', 'ídïòt'],
  ['idiot', 'ｉｄｉｏｔ'],
  ['idiot', '𝗶𝗱𝗶𝗼𝘁'],
  ['idiot', 'ⓘⓓⓘⓞⓣ'],
  ['idiot', 'іdіоt'],
  ['idiot', 'ιδιοτ'.replace('δ', 'd')],
  ['scam', 'this is a $cam'],
  ['scam', 'sc@m'],
  ['scam', 'ѕсаm'],
  ['ass', 'what an asssss'],
  ['fake', 'f4k3'],
  ['buy followers', 'Buy  FOLLOWERS here'],
  ['buy followers', 'buy... followers'],
  ['420', 'call 420 now'],
  ['चूतिया', 'chutiya'],
  ['chutiya', 'चूतिया'],
  ['chutiya', 'chootiya'],
  ['chutiya', 'chutiyaa'],
  ['chutiya', 'CHUTIA'],
  ['chutiya', 'chhutiya'],
  ['kutta', 'kuta kahin ka'],
  ['kutta', 'kuttaaa'],
  ['kutta', 'कुत्ता'],
  ['कुत्ता', 'kutta'],
  ['कुत्ता', 'कुत्‍ता'],
  ['kamina', 'kameena'],
  ['kamina', 'कमीना'],
  ['कमीना', 'कमिना'],
  ['haramzada', 'हरामज़ादा'],
  ['हरामज़ादा', 'हरामजादा'],
  ['haramzada', 'haraamjada'],
  ['saala', 'साला'],
  ['saala', 'sala'],
  ['gadha', 'गधा'],
  ['bakwas', 'बकवास'],
  ['bakwas', 'bakvaas'],
  ['bhosdi', 'भोसड़ी'],
  ['फ़र्ज़ी', 'फर्जी'],
  ['farzi', 'फ़र्ज़ी'],
])('“%s” is found in “%s”', (blocked, text) => {
  expect(finds(blocked, text)).toBe(true);
});

test.each<[blocked: string, text: string]>([
  ['cunt', 'Greetings from Scunthorpe'],
  ['ass', 'first class passion for bass'],
  ['ass', 'as good as new'],
  ['ass', 'assess the glass'],
  ['tit', 'the title of the Titanic'],
  ['sex', 'from Essex and Sussex'],
  ['anal', 'our analysis'],
  ['hell', 'hello from the shell'],
  ['dick', 'Dickens novels'],
  ['cock', 'a peacock cocktail'],
  ['cum', 'a document about cucumbers'],
  ['spic', 'spices'],
  ['rape', 'grapes and drapes'],
  ['idiot', 'idiotic'],
  ['idiot', 'idio t'],
  ['idiot', 'what a riot'],
  ['idiot', ''],
  ['idiot', '👍🏽👍🏽👍🏽'],
  ['god', 'good morning'],
  ['bob', 'boob tube'.replace('boob', 'bobby')],
  ['scam', 'scamper to the scampi'],
  ['420', 'it costs 1420 rupees'],
  ['420', '42 0'],
  ['so', 'order 50 of them'],
  ['is', 'size 15'],
  ['buy followers', 'buy for your followers'],
  ['buy followers', 'followers buy'],
  ['chut', 'mango chutney'],
  ['chut', 'छुट्टी कब है'],
  ['चूत', 'चूना और चुनना'],
  ['lund', 'London and land'],
  ['randi', 'brandy'],
  ['randi', 'रविवार'],
  ['kutta', 'cotton kurta'],
  ['kutta', 'कुर्ता कितने का है'],
  ['kutta', 'paper cutter'],
  ['kamina', 'Kamini ji'],
  ['kamina', 'kameez'],
  ['harami', 'Haramain'],
  ['saala', 'sale today'],
  ['saala', 'salad'],
  ['saala', 'मसाला'],
  ['saala', 'masala dosa'],
  ['gadha', 'Gandhi'],
  ['bakwas', 'bakery'],
  ['chor', 'chord'],
  ['chor', 'चोटी'],
  ['कमीना', 'कमीज़'],
  ['साला', 'सालाना'],
  ['a', 'the best'],
])('“%s” is not found in “%s”', (blocked, text) => {
  expect(finds(blocked, text)).toBe(false);
});

test('an entry without a letter or a digit finds nothing', () => {
  expect(finds('...', 'well... yes')).toBe(false);
  expect(finds('   ', 'a   b')).toBe(false);
});

test.each([
  ['one letter', 'a'],
  ['a letter with the most marks that are let in', `a${'\u0301'.repeat(8)}`],
  ['single letters', 'a '],
  ['exclamations', '!'],
  ['an almost matching word', 'aaaaab'],
  ['an almost matching phrase', 'buy '],
  ['signs that join', 'क्'],
  ['families', '👨‍👩‍👧‍👦'],
  ['capitals that grow', 'ﬃİ'],
])('300 times %s is read in a moment, and ten times a long text takes about ten times as long', (_, part) => {
  const words = new BlockedWords([
    ...Array.from({ length: 500 }, (__, index) => `word${index} aaaa`),
    `${'a'.repeat(40)}b`,
    'buy buy buy buy followers',
  ]);
  // Time of this process alone, so that a busy machine does not count.
  const cpuMsFor = (count: number) => {
    const text = part.repeat(count);
    const runs = [1, 2, 3].map(() => {
      const before = process.cpuUsage();
      words.areIn(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return Math.min(...runs);
  };
  expect(cpuMsFor(300)).toBeLessThan(100);
  expect(cpuMsFor(20_000)).toBeLessThan(Math.max(20, cpuMsFor(2000)) * 40);
});
