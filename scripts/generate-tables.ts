// Prints apps/server/src/platform/tables.ts from a migrated database: `node scripts/generate-tables.ts <url>`.
import pg from 'pg';

const types: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  int4: 'number',
  int8: 'number',
  bool: 'boolean',
  bytea: 'Buffer',
  timestamptz: 'Date',
  jsonb: 'Json',
  _uuid: 'string[]',
};

/** The TypeScript interfaces of every table in the public schema, as one source text. */
export async function tablesSource(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<'table_name' | 'column_name' | 'udt_name', string> & Flags>(`
      select table_name, column_name, udt_name, is_nullable = 'YES' as nullable,
             column_default is not null or is_identity = 'YES' as generated
      from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%'
      order by table_name, ordinal_position`);
    return render(rows);
  } finally {
    await client.end();
  }
}

interface Flags {
  nullable: boolean;
  generated: boolean;
}

function render(rows: (Record<'table_name' | 'column_name' | 'udt_name', string> & Flags)[]): string {
  const byTable = Map.groupBy(rows, (row) => row.table_name);
  const tables = [...byTable].map(([table, columns]) => {
    const lines = columns.map((column) => {
      const type = types[column.udt_name];
      if (!type) throw new Error(`${table}.${column.column_name} has the unknown type ${column.udt_name}`);
      const full = column.nullable ? `${type} | null` : type;
      return `    ${column.column_name}: ${column.generated && !column.nullable ? `Generated<${full}>` : full};`;
    });
    return `  ${table}: {\n${lines.join('\n')}\n  };`;
  });
  return `// Generated from the migrated database by scripts/generate-tables.ts; a test keeps it current.
import type { Generated } from 'kysely';

// JSON columns are checked where they are read.
type Json = unknown;

export interface Tables {
${tables.join('\n')}
}
`;
}

if (import.meta.main) {
  const url = process.argv[2];
  if (!url) throw new Error('usage: node scripts/generate-tables.ts <database url>');
  process.stdout.write(await tablesSource(url));
}
