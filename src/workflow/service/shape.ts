/**
 * Shapes of what is asked, as data: what the operations take stands in a table made from them, the types of the inputs
 * come from that table, and one walk checks any value against it.
 */

export interface TextShape {
  readonly kind: 'text';
  /** In characters; with `isUtf8` in bytes. */
  readonly min?: number;
  readonly max?: number;
  readonly isUtf8?: true;
  /** As AWS prints it; it is applied to the whole value. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
  /** Errors do not show it. */
  readonly isSecret?: true;
}

export interface NumberShape {
  readonly kind: 'whole' | 'number';
  readonly min?: number;
  readonly max?: number;
}

export interface FlagShape {
  readonly kind: 'flag';
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Shape;
  readonly min?: number;
  readonly max?: number;
}

export interface StructureShape {
  readonly kind: 'structure';
  /** As errors name it. */
  readonly name: string;
  readonly members: Members;
}

export type Shape = TextShape | NumberShape | FlagShape | ListShape | StructureShape;
export type Member = Shape & { readonly isRequired?: true };
export type Members = Readonly<Record<string, Member>>;

export type ValueOf<S> = S extends { readonly oneOf: readonly (infer Name)[] }
  ? Name
  : S extends { readonly kind: 'text' }
    ? string
    : S extends { readonly kind: 'flag' }
      ? boolean
      : S extends { readonly kind: 'list'; readonly item: infer Item }
        ? readonly ValueOf<Item>[]
        : S extends { readonly kind: 'structure'; readonly members: infer Inner }
          ? InputOf<Inner>
          : number;

type RequiredKey<M> = {
  [Key in keyof M]: M[Key] extends { readonly isRequired: true } ? Key : never;
}[keyof M];

/** Members that were absent, or null, are absent. */
export type InputOf<M> = {
  readonly [Key in RequiredKey<M>]: ValueOf<M[Key]>;
} & { readonly [Key in Exclude<keyof M, RequiredKey<M>>]?: ValueOf<M[Key]> };

export function required<const S extends Shape>(shape: S): S & { readonly isRequired: true } {
  return { ...shape, isRequired: true };
}
