import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace hearth. */
export namespace hearth {

    /** Namespace table. */
    namespace table {

        /**
         * Properties of a TableMessage.
         * @deprecated Use hearth.table.TableMessage.$Properties instead.
         */
        interface ITableMessage extends hearth.table.TableMessage.$Properties {
        }

        /** Represents a TableMessage. */
        class TableMessage {

            /**
             * Constructs a new TableMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.TableMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TableMessage report. */
            report?: (hearth.table.Report.$Properties|null);

            /** TableMessage reported. */
            reported?: (hearth.table.Reported.$Properties|null);

            /** TableMessage collect. */
            collect?: (hearth.table.Collect.$Properties|null);

            /** TableMessage follow. */
            follow?: (hearth.table.Follow.$Properties|null);

            /** TableMessage batch. */
            batch?: (hearth.table.Batch.$Properties|null);

            /** TableMessage applied. */
            applied?: (hearth.table.Applied.$Properties|null);

            /** TableMessage snapshot. */
            snapshot?: (hearth.table.Snapshot.$Properties|null);

            /** TableMessage partTaken. */
            partTaken?: (hearth.table.PartTaken.$Properties|null);

            /** TableMessage lookup. */
            lookup?: (hearth.table.Lookup.$Properties|null);

            /** TableMessage holders. */
            holders?: (hearth.table.Holders.$Properties|null);

            /** TableMessage passedOn. */
            passedOn?: (hearth.table.PassedOn.$Properties|null);

            /** TableMessage message. */
            message?: ("report"|"reported"|"collect"|"follow"|"batch"|"applied"|"snapshot"|"partTaken"|"lookup"|"holders"|"passedOn");

            /**
             * Creates a new TableMessage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TableMessage instance
             */
            static create(properties: hearth.table.TableMessage.$Shape): hearth.table.TableMessage & hearth.table.TableMessage.$Shape;
            static create(properties?: hearth.table.TableMessage.$Properties): hearth.table.TableMessage;

            /**
             * Encodes the specified TableMessage message. Does not implicitly {@link hearth.table.TableMessage.verify|verify} messages.
             * @param message TableMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.TableMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TableMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.TableMessage & hearth.table.TableMessage.$Shape} TableMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.TableMessage & hearth.table.TableMessage.$Shape;
        }

        namespace TableMessage {

            /** Properties of a TableMessage. */
            interface $Properties {

                /** TableMessage report */
                report?: (hearth.table.Report.$Properties|null);

                /** TableMessage reported */
                reported?: (hearth.table.Reported.$Properties|null);

                /** TableMessage collect */
                collect?: (hearth.table.Collect.$Properties|null);

                /** TableMessage follow */
                follow?: (hearth.table.Follow.$Properties|null);

                /** TableMessage batch */
                batch?: (hearth.table.Batch.$Properties|null);

                /** TableMessage applied */
                applied?: (hearth.table.Applied.$Properties|null);

                /** TableMessage snapshot */
                snapshot?: (hearth.table.Snapshot.$Properties|null);

                /** TableMessage partTaken */
                partTaken?: (hearth.table.PartTaken.$Properties|null);

                /** TableMessage lookup */
                lookup?: (hearth.table.Lookup.$Properties|null);

                /** TableMessage holders */
                holders?: (hearth.table.Holders.$Properties|null);

                /** TableMessage passedOn */
                passedOn?: (hearth.table.PassedOn.$Properties|null);

                /** TableMessage message */
                message?: ("report"|"reported"|"collect"|"follow"|"batch"|"applied"|"snapshot"|"partTaken"|"lookup"|"holders"|"passedOn");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a TableMessage. */
            type $Shape = {
              report?: hearth.table.Report.$Shape|null;
              reported?: hearth.table.Reported.$Shape|null;
              collect?: hearth.table.Collect.$Shape|null;
              follow?: hearth.table.Follow.$Shape|null;
              batch?: hearth.table.Batch.$Shape|null;
              applied?: hearth.table.Applied.$Shape|null;
              snapshot?: hearth.table.Snapshot.$Shape|null;
              partTaken?: hearth.table.PartTaken.$Shape|null;
              lookup?: hearth.table.Lookup.$Shape|null;
              holders?: hearth.table.Holders.$Shape|null;
              passedOn?: hearth.table.PassedOn.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "report"; report: hearth.table.Report.$Shape; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "reported"; report?: null; reported: hearth.table.Reported.$Shape; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "collect"; report?: null; reported?: null; collect: hearth.table.Collect.$Shape; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "follow"; report?: null; reported?: null; collect?: null; follow: hearth.table.Follow.$Shape; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "batch"; report?: null; reported?: null; collect?: null; follow?: null; batch: hearth.table.Batch.$Shape; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "applied"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied: hearth.table.Applied.$Shape; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "snapshot"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot: hearth.table.Snapshot.$Shape; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "partTaken"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken: hearth.table.PartTaken.$Shape; lookup?: null; holders?: null; passedOn?: null }|{ message?: "lookup"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup: hearth.table.Lookup.$Shape; holders?: null; passedOn?: null }|{ message?: "holders"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders: hearth.table.Holders.$Shape; passedOn?: null }|{ message?: "passedOn"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn: hearth.table.PassedOn.$Shape })
            );
        }

        /**
         * Properties of a HandoverReply.
         * @deprecated Use hearth.table.HandoverReply.$Properties instead.
         */
        interface IHandoverReply extends hearth.table.HandoverReply.$Properties {
        }

        /** Represents a HandoverReply. */
        class HandoverReply {

            /**
             * Constructs a new HandoverReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.HandoverReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HandoverReply ready. */
            ready: boolean;

            /** HandoverReply claims. */
            claims: number;

            /**
             * Creates a new HandoverReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HandoverReply instance
             */
            static create(properties: hearth.table.HandoverReply.$Shape): hearth.table.HandoverReply & hearth.table.HandoverReply.$Shape;
            static create(properties?: hearth.table.HandoverReply.$Properties): hearth.table.HandoverReply;

            /**
             * Encodes the specified HandoverReply message. Does not implicitly {@link hearth.table.HandoverReply.verify|verify} messages.
             * @param message HandoverReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.HandoverReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HandoverReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.HandoverReply & hearth.table.HandoverReply.$Shape} HandoverReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.HandoverReply & hearth.table.HandoverReply.$Shape;
        }

        namespace HandoverReply {

            /** Properties of a HandoverReply. */
            interface $Properties {

                /** HandoverReply ready */
                ready?: (boolean|null);

                /** HandoverReply claims */
                claims?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HandoverReply. */
            type $Shape = hearth.table.HandoverReply.$Properties;
        }

        /**
         * Properties of a PassedOn.
         * @deprecated Use hearth.table.PassedOn.$Properties instead.
         */
        interface IPassedOn extends hearth.table.PassedOn.$Properties {
        }

        /** Represents a PassedOn. */
        class PassedOn {

            /**
             * Constructs a new PassedOn.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.PassedOn.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PassedOn origin. */
            origin: string;

            /** PassedOn report. */
            report?: (hearth.table.Report.$Properties|null);

            /**
             * Creates a new PassedOn instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PassedOn instance
             */
            static create(properties: hearth.table.PassedOn.$Shape): hearth.table.PassedOn & hearth.table.PassedOn.$Shape;
            static create(properties?: hearth.table.PassedOn.$Properties): hearth.table.PassedOn;

            /**
             * Encodes the specified PassedOn message. Does not implicitly {@link hearth.table.PassedOn.verify|verify} messages.
             * @param message PassedOn message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.PassedOn.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PassedOn message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.PassedOn & hearth.table.PassedOn.$Shape} PassedOn
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.PassedOn & hearth.table.PassedOn.$Shape;
        }

        namespace PassedOn {

            /** Properties of a PassedOn. */
            interface $Properties {

                /** PassedOn origin */
                origin?: (string|null);

                /** PassedOn report */
                report?: (hearth.table.Report.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PassedOn. */
            type $Shape = hearth.table.PassedOn.$Properties;
        }

        /**
         * Properties of an Epoch.
         * @deprecated Use hearth.table.Epoch.$Properties instead.
         */
        interface IEpoch extends hearth.table.Epoch.$Properties {
        }

        /** Represents an Epoch. */
        class Epoch {

            /**
             * Constructs a new Epoch.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Epoch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Epoch number. */
            number: number;

            /** Epoch master. */
            master: string;

            /** Epoch generation. */
            generation: number;

            /**
             * Creates a new Epoch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Epoch instance
             */
            static create(properties: hearth.table.Epoch.$Shape): hearth.table.Epoch & hearth.table.Epoch.$Shape;
            static create(properties?: hearth.table.Epoch.$Properties): hearth.table.Epoch;

            /**
             * Encodes the specified Epoch message. Does not implicitly {@link hearth.table.Epoch.verify|verify} messages.
             * @param message Epoch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Epoch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Epoch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Epoch & hearth.table.Epoch.$Shape} Epoch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Epoch & hearth.table.Epoch.$Shape;
        }

        namespace Epoch {

            /** Properties of an Epoch. */
            interface $Properties {

                /** Epoch number */
                number?: (number|null);

                /** Epoch master */
                master?: (string|null);

                /** Epoch generation */
                generation?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Epoch. */
            type $Shape = hearth.table.Epoch.$Properties;
        }

        /**
         * Properties of a Position.
         * @deprecated Use hearth.table.Position.$Properties instead.
         */
        interface IPosition extends hearth.table.Position.$Properties {
        }

        /** Represents a Position. */
        class Position {

            /**
             * Constructs a new Position.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Position.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Position epoch. */
            epoch?: (hearth.table.Epoch.$Properties|null);

            /** Position offset. */
            offset: number;

            /**
             * Creates a new Position instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Position instance
             */
            static create(properties: hearth.table.Position.$Shape): hearth.table.Position & hearth.table.Position.$Shape;
            static create(properties?: hearth.table.Position.$Properties): hearth.table.Position;

            /**
             * Encodes the specified Position message. Does not implicitly {@link hearth.table.Position.verify|verify} messages.
             * @param message Position message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Position.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Position message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Position & hearth.table.Position.$Shape} Position
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Position & hearth.table.Position.$Shape;
        }

        namespace Position {

            /** Properties of a Position. */
            interface $Properties {

                /** Position epoch */
                epoch?: (hearth.table.Epoch.$Properties|null);

                /** Position offset */
                offset?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Position. */
            type $Shape = hearth.table.Position.$Properties;
        }

        /**
         * Properties of a Claim.
         * @deprecated Use hearth.table.Claim.$Properties instead.
         */
        interface IClaim extends hearth.table.Claim.$Properties {
        }

        /** Represents a Claim. */
        class Claim {

            /**
             * Constructs a new Claim.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Claim.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Claim key. */
            key: string;

            /** Claim sequence. */
            sequence: number;

            /** Claim warm. */
            warm: boolean;

            /** Claim load. */
            load: number;

            /** Claim node. */
            node: string;

            /** Claim generation. */
            generation: number;

            /**
             * Creates a new Claim instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Claim instance
             */
            static create(properties: hearth.table.Claim.$Shape): hearth.table.Claim & hearth.table.Claim.$Shape;
            static create(properties?: hearth.table.Claim.$Properties): hearth.table.Claim;

            /**
             * Encodes the specified Claim message. Does not implicitly {@link hearth.table.Claim.verify|verify} messages.
             * @param message Claim message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Claim.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Claim message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Claim & hearth.table.Claim.$Shape} Claim
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Claim & hearth.table.Claim.$Shape;
        }

        namespace Claim {

            /** Properties of a Claim. */
            interface $Properties {

                /** Claim key */
                key?: (string|null);

                /** Claim sequence */
                sequence?: (number|null);

                /** Claim warm */
                warm?: (boolean|null);

                /** Claim load */
                load?: (number|null);

                /** Claim node */
                node?: (string|null);

                /** Claim generation */
                generation?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Claim. */
            type $Shape = hearth.table.Claim.$Properties;
        }

        /**
         * Properties of a Report.
         * @deprecated Use hearth.table.Report.$Properties instead.
         */
        interface IReport extends hearth.table.Report.$Properties {
        }

        /** Represents a Report. */
        class Report {

            /**
             * Constructs a new Report.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Report.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Report generation. */
            generation: number;

            /** Report since. */
            since: number;

            /** Report sequence. */
            sequence: number;

            /** Report complete. */
            complete: boolean;

            /** Report claims. */
            claims: hearth.table.Claim.$Properties[];

            /**
             * Creates a new Report instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Report instance
             */
            static create(properties: hearth.table.Report.$Shape): hearth.table.Report & hearth.table.Report.$Shape;
            static create(properties?: hearth.table.Report.$Properties): hearth.table.Report;

            /**
             * Encodes the specified Report message. Does not implicitly {@link hearth.table.Report.verify|verify} messages.
             * @param message Report message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Report.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Report message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Report & hearth.table.Report.$Shape} Report
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Report & hearth.table.Report.$Shape;
        }

        namespace Report {

            /** Properties of a Report. */
            interface $Properties {

                /** Report generation */
                generation?: (number|null);

                /** Report since */
                since?: (number|null);

                /** Report sequence */
                sequence?: (number|null);

                /** Report complete */
                complete?: (boolean|null);

                /** Report claims */
                claims?: (hearth.table.Claim.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Report. */
            type $Shape = hearth.table.Report.$Properties;
        }

        /**
         * Properties of a Reported.
         * @deprecated Use hearth.table.Reported.$Properties instead.
         */
        interface IReported extends hearth.table.Reported.$Properties {
        }

        /** Represents a Reported. */
        class Reported {

            /**
             * Constructs a new Reported.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Reported.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reported generation. */
            generation: number;

            /** Reported sequence. */
            sequence: number;

            /**
             * Creates a new Reported instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Reported instance
             */
            static create(properties: hearth.table.Reported.$Shape): hearth.table.Reported & hearth.table.Reported.$Shape;
            static create(properties?: hearth.table.Reported.$Properties): hearth.table.Reported;

            /**
             * Encodes the specified Reported message. Does not implicitly {@link hearth.table.Reported.verify|verify} messages.
             * @param message Reported message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Reported.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reported message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Reported & hearth.table.Reported.$Shape} Reported
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Reported & hearth.table.Reported.$Shape;
        }

        namespace Reported {

            /** Properties of a Reported. */
            interface $Properties {

                /** Reported generation */
                generation?: (number|null);

                /** Reported sequence */
                sequence?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reported. */
            type $Shape = hearth.table.Reported.$Properties;
        }

        /**
         * Properties of a Collect.
         * @deprecated Use hearth.table.Collect.$Properties instead.
         */
        interface ICollect extends hearth.table.Collect.$Properties {
        }

        /** Represents a Collect. */
        class Collect {

            /**
             * Constructs a new Collect.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Collect.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Collect generation. */
            generation: number;

            /** Collect since. */
            since: number;

            /**
             * Creates a new Collect instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Collect instance
             */
            static create(properties: hearth.table.Collect.$Shape): hearth.table.Collect & hearth.table.Collect.$Shape;
            static create(properties?: hearth.table.Collect.$Properties): hearth.table.Collect;

            /**
             * Encodes the specified Collect message. Does not implicitly {@link hearth.table.Collect.verify|verify} messages.
             * @param message Collect message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Collect.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Collect message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Collect & hearth.table.Collect.$Shape} Collect
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Collect & hearth.table.Collect.$Shape;
        }

        namespace Collect {

            /** Properties of a Collect. */
            interface $Properties {

                /** Collect generation */
                generation?: (number|null);

                /** Collect since */
                since?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Collect. */
            type $Shape = hearth.table.Collect.$Properties;
        }

        /**
         * Properties of a Follow.
         * @deprecated Use hearth.table.Follow.$Properties instead.
         */
        interface IFollow extends hearth.table.Follow.$Properties {
        }

        /** Represents a Follow. */
        class Follow {

            /**
             * Constructs a new Follow.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Follow.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Follow position. */
            position?: (hearth.table.Position.$Properties|null);

            /**
             * Creates a new Follow instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Follow instance
             */
            static create(properties: hearth.table.Follow.$Shape): hearth.table.Follow & hearth.table.Follow.$Shape;
            static create(properties?: hearth.table.Follow.$Properties): hearth.table.Follow;

            /**
             * Encodes the specified Follow message. Does not implicitly {@link hearth.table.Follow.verify|verify} messages.
             * @param message Follow message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Follow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Follow message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Follow & hearth.table.Follow.$Shape} Follow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Follow & hearth.table.Follow.$Shape;
        }

        namespace Follow {

            /** Properties of a Follow. */
            interface $Properties {

                /** Follow position */
                position?: (hearth.table.Position.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Follow. */
            type $Shape = hearth.table.Follow.$Properties;
        }

        /**
         * Properties of a Batch.
         * @deprecated Use hearth.table.Batch.$Properties instead.
         */
        interface IBatch extends hearth.table.Batch.$Properties {
        }

        /** Represents a Batch. */
        class Batch {

            /**
             * Constructs a new Batch.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Batch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Batch epoch. */
            epoch?: (hearth.table.Epoch.$Properties|null);

            /** Batch base. */
            base?: (hearth.table.Position.$Properties|null);

            /** Batch claims. */
            claims: hearth.table.Claim.$Properties[];

            /**
             * Creates a new Batch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Batch instance
             */
            static create(properties: hearth.table.Batch.$Shape): hearth.table.Batch & hearth.table.Batch.$Shape;
            static create(properties?: hearth.table.Batch.$Properties): hearth.table.Batch;

            /**
             * Encodes the specified Batch message. Does not implicitly {@link hearth.table.Batch.verify|verify} messages.
             * @param message Batch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Batch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Batch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Batch & hearth.table.Batch.$Shape} Batch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Batch & hearth.table.Batch.$Shape;
        }

        namespace Batch {

            /** Properties of a Batch. */
            interface $Properties {

                /** Batch epoch */
                epoch?: (hearth.table.Epoch.$Properties|null);

                /** Batch base */
                base?: (hearth.table.Position.$Properties|null);

                /** Batch claims */
                claims?: (hearth.table.Claim.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Batch. */
            type $Shape = hearth.table.Batch.$Properties;
        }

        /**
         * Properties of an Applied.
         * @deprecated Use hearth.table.Applied.$Properties instead.
         */
        interface IApplied extends hearth.table.Applied.$Properties {
        }

        /** Represents an Applied. */
        class Applied {

            /**
             * Constructs a new Applied.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Applied.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Applied position. */
            position?: (hearth.table.Position.$Properties|null);

            /**
             * Creates a new Applied instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Applied instance
             */
            static create(properties: hearth.table.Applied.$Shape): hearth.table.Applied & hearth.table.Applied.$Shape;
            static create(properties?: hearth.table.Applied.$Properties): hearth.table.Applied;

            /**
             * Encodes the specified Applied message. Does not implicitly {@link hearth.table.Applied.verify|verify} messages.
             * @param message Applied message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Applied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Applied message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Applied & hearth.table.Applied.$Shape} Applied
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Applied & hearth.table.Applied.$Shape;
        }

        namespace Applied {

            /** Properties of an Applied. */
            interface $Properties {

                /** Applied position */
                position?: (hearth.table.Position.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Applied. */
            type $Shape = hearth.table.Applied.$Properties;
        }

        /**
         * Properties of a Snapshot.
         * @deprecated Use hearth.table.Snapshot.$Properties instead.
         */
        interface ISnapshot extends hearth.table.Snapshot.$Properties {
        }

        /** Represents a Snapshot. */
        class Snapshot {

            /**
             * Constructs a new Snapshot.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Snapshot.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Snapshot id. */
            id: number;

            /** Snapshot position. */
            position?: (hearth.table.Position.$Properties|null);

            /** Snapshot part. */
            part: number;

            /** Snapshot last. */
            last: boolean;

            /** Snapshot claims. */
            claims: hearth.table.Claim.$Properties[];

            /**
             * Creates a new Snapshot instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Snapshot instance
             */
            static create(properties: hearth.table.Snapshot.$Shape): hearth.table.Snapshot & hearth.table.Snapshot.$Shape;
            static create(properties?: hearth.table.Snapshot.$Properties): hearth.table.Snapshot;

            /**
             * Encodes the specified Snapshot message. Does not implicitly {@link hearth.table.Snapshot.verify|verify} messages.
             * @param message Snapshot message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Snapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Snapshot message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Snapshot & hearth.table.Snapshot.$Shape} Snapshot
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Snapshot & hearth.table.Snapshot.$Shape;
        }

        namespace Snapshot {

            /** Properties of a Snapshot. */
            interface $Properties {

                /** Snapshot id */
                id?: (number|null);

                /** Snapshot position */
                position?: (hearth.table.Position.$Properties|null);

                /** Snapshot part */
                part?: (number|null);

                /** Snapshot last */
                last?: (boolean|null);

                /** Snapshot claims */
                claims?: (hearth.table.Claim.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Snapshot. */
            type $Shape = hearth.table.Snapshot.$Properties;
        }

        /**
         * Properties of a PartTaken.
         * @deprecated Use hearth.table.PartTaken.$Properties instead.
         */
        interface IPartTaken extends hearth.table.PartTaken.$Properties {
        }

        /** Represents a PartTaken. */
        class PartTaken {

            /**
             * Constructs a new PartTaken.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.PartTaken.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PartTaken id. */
            id: number;

            /** PartTaken part. */
            part: number;

            /**
             * Creates a new PartTaken instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PartTaken instance
             */
            static create(properties: hearth.table.PartTaken.$Shape): hearth.table.PartTaken & hearth.table.PartTaken.$Shape;
            static create(properties?: hearth.table.PartTaken.$Properties): hearth.table.PartTaken;

            /**
             * Encodes the specified PartTaken message. Does not implicitly {@link hearth.table.PartTaken.verify|verify} messages.
             * @param message PartTaken message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.PartTaken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PartTaken message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.PartTaken & hearth.table.PartTaken.$Shape} PartTaken
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.PartTaken & hearth.table.PartTaken.$Shape;
        }

        namespace PartTaken {

            /** Properties of a PartTaken. */
            interface $Properties {

                /** PartTaken id */
                id?: (number|null);

                /** PartTaken part */
                part?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PartTaken. */
            type $Shape = hearth.table.PartTaken.$Properties;
        }

        /**
         * Properties of a Lookup.
         * @deprecated Use hearth.table.Lookup.$Properties instead.
         */
        interface ILookup extends hearth.table.Lookup.$Properties {
        }

        /** Represents a Lookup. */
        class Lookup {

            /**
             * Constructs a new Lookup.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Lookup.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Lookup id. */
            id: number;

            /** Lookup key. */
            key: string;

            /**
             * Creates a new Lookup instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Lookup instance
             */
            static create(properties: hearth.table.Lookup.$Shape): hearth.table.Lookup & hearth.table.Lookup.$Shape;
            static create(properties?: hearth.table.Lookup.$Properties): hearth.table.Lookup;

            /**
             * Encodes the specified Lookup message. Does not implicitly {@link hearth.table.Lookup.verify|verify} messages.
             * @param message Lookup message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Lookup.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Lookup message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Lookup & hearth.table.Lookup.$Shape} Lookup
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Lookup & hearth.table.Lookup.$Shape;
        }

        namespace Lookup {

            /** Properties of a Lookup. */
            interface $Properties {

                /** Lookup id */
                id?: (number|null);

                /** Lookup key */
                key?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Lookup. */
            type $Shape = hearth.table.Lookup.$Properties;
        }

        /**
         * Properties of a Holder.
         * @deprecated Use hearth.table.Holder.$Properties instead.
         */
        interface IHolder extends hearth.table.Holder.$Properties {
        }

        /** Represents a Holder. */
        class Holder {

            /**
             * Constructs a new Holder.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Holder.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Holder node. */
            node: string;

            /** Holder load. */
            load: number;

            /**
             * Creates a new Holder instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Holder instance
             */
            static create(properties: hearth.table.Holder.$Shape): hearth.table.Holder & hearth.table.Holder.$Shape;
            static create(properties?: hearth.table.Holder.$Properties): hearth.table.Holder;

            /**
             * Encodes the specified Holder message. Does not implicitly {@link hearth.table.Holder.verify|verify} messages.
             * @param message Holder message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Holder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Holder message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Holder & hearth.table.Holder.$Shape} Holder
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Holder & hearth.table.Holder.$Shape;
        }

        namespace Holder {

            /** Properties of a Holder. */
            interface $Properties {

                /** Holder node */
                node?: (string|null);

                /** Holder load */
                load?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Holder. */
            type $Shape = hearth.table.Holder.$Properties;
        }

        /**
         * Properties of a Holders.
         * @deprecated Use hearth.table.Holders.$Properties instead.
         */
        interface IHolders extends hearth.table.Holders.$Properties {
        }

        /** Represents a Holders. */
        class Holders {

            /**
             * Constructs a new Holders.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.table.Holders.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Holders id. */
            id: number;

            /** Holders known. */
            known: boolean;

            /** Holders holders. */
            holders: hearth.table.Holder.$Properties[];

            /**
             * Creates a new Holders instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Holders instance
             */
            static create(properties: hearth.table.Holders.$Shape): hearth.table.Holders & hearth.table.Holders.$Shape;
            static create(properties?: hearth.table.Holders.$Properties): hearth.table.Holders;

            /**
             * Encodes the specified Holders message. Does not implicitly {@link hearth.table.Holders.verify|verify} messages.
             * @param message Holders message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.table.Holders.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Holders message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.table.Holders & hearth.table.Holders.$Shape} Holders
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.table.Holders & hearth.table.Holders.$Shape;
        }

        namespace Holders {

            /** Properties of a Holders. */
            interface $Properties {

                /** Holders id */
                id?: (number|null);

                /** Holders known */
                known?: (boolean|null);

                /** Holders holders */
                holders?: (hearth.table.Holder.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Holders. */
            type $Shape = hearth.table.Holders.$Properties;
        }
    }
}
