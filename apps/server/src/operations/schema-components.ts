import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Direction = 'input' | 'output';

/**
 * The named schemas of a document, `#/components/schemas/<name>`, collected while its parts are described (the same
 * place in OpenAPI 3.1 and AsyncAPI 3). What is sent has the contract's name; the same thing as it may be received,
 * with defaults and without them, is `<name>Input`.
 */
export class SchemaComponents {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly #sent: ReadonlySet<string>;

  /** `sent`: everything that the document describes as output. */
  constructor(sent: readonly z.ZodType[]) {
    this.#sent = new Set(sent.flatMap((schema) => Object.keys(render(schema, 'output').$defs ?? {})));
  }

  /** JSON Schema 2020-12 of what is received (`input`) or sent (`output`); named schemas are referred to. */
  describe(schema: z.ZodType, direction: Direction): JsonSchema {
    const { $defs = {}, $schema: _, ...described } = render(schema, direction);
    for (const [name, definition] of Object.entries($defs)) {
      this.schemas[this.#nameOf(name, direction)] ??= this.#referring(definition, direction);
    }
    return this.#referring(described, direction);
  }

  #nameOf(name: string, direction: Direction): string {
    return direction === 'input' && this.#sent.has(name) ? `${name}Input` : name;
  }

  /** Refers to components instead of `$defs`, and leaves out the `id` that zod repeats in each named schema. */
  #referring({ id: _, ...schema }: JsonSchema, direction: Direction): JsonSchema {
    return JSON.parse(
      JSON.stringify(schema, (key, value) =>
        key === '$ref'
          ? `#/components/schemas/${this.#nameOf(String(value).replace('#/$defs/', ''), direction)}`
          : value,
      ),
    );
  }
}

const render = (schema: z.ZodType, io: Direction) => z.toJSONSchema(schema, { io, unrepresentable: 'any' });
