import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace hearth. */
export namespace hearth {

    /** Namespace gossip. */
    namespace gossip {

        /** Status enum. */
        enum Status {

            /** UNKNOWN value */
            UNKNOWN = 0,

            /** ALIVE value */
            ALIVE = 1,

            /** SUSPECT value */
            SUSPECT = 2,

            /** DEAD value */
            DEAD = 3,

            /** LEFT value */
            LEFT = 4
        }

        /**
         * Properties of a Packet.
         * @deprecated Use hearth.gossip.Packet.$Properties instead.
         */
        interface IPacket extends hearth.gossip.Packet.$Properties {
        }

        /** Represents a Packet. */
        class Packet {

            /**
             * Constructs a new Packet.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.gossip.Packet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Packet updates. */
            updates: hearth.gossip.Member.$Properties[];

            /** Packet view. */
            view: Uint8Array;

            /** Packet ping. */
            ping?: (hearth.gossip.Probe.$Properties|null);

            /** Packet ack. */
            ack?: (hearth.gossip.Probe.$Properties|null);

            /** Packet pingRequest. */
            pingRequest?: (hearth.gossip.Probe.$Properties|null);

            /** Packet nack. */
            nack?: (hearth.gossip.Probe.$Properties|null);

            /** Packet gossip. */
            gossip?: (hearth.gossip.Gossip.$Properties|null);

            /** Packet sync. */
            sync?: (hearth.gossip.Sync.$Properties|null);

            /** Packet body. */
            body?: ("ping"|"ack"|"pingRequest"|"nack"|"gossip"|"sync");

            /**
             * Creates a new Packet instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Packet instance
             */
            static create(properties: hearth.gossip.Packet.$Shape): hearth.gossip.Packet & hearth.gossip.Packet.$Shape;
            static create(properties?: hearth.gossip.Packet.$Properties): hearth.gossip.Packet;

            /**
             * Encodes the specified Packet message. Does not implicitly {@link hearth.gossip.Packet.verify|verify} messages.
             * @param message Packet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.gossip.Packet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Packet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.gossip.Packet & hearth.gossip.Packet.$Shape} Packet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.gossip.Packet & hearth.gossip.Packet.$Shape;
        }

        namespace Packet {

            /** Properties of a Packet. */
            interface $Properties {

                /** Packet updates */
                updates?: (hearth.gossip.Member.$Properties[]|null);

                /** Packet view */
                view?: (Uint8Array|null);

                /** Packet ping */
                ping?: (hearth.gossip.Probe.$Properties|null);

                /** Packet ack */
                ack?: (hearth.gossip.Probe.$Properties|null);

                /** Packet pingRequest */
                pingRequest?: (hearth.gossip.Probe.$Properties|null);

                /** Packet nack */
                nack?: (hearth.gossip.Probe.$Properties|null);

                /** Packet gossip */
                gossip?: (hearth.gossip.Gossip.$Properties|null);

                /** Packet sync */
                sync?: (hearth.gossip.Sync.$Properties|null);

                /** Packet body */
                body?: ("ping"|"ack"|"pingRequest"|"nack"|"gossip"|"sync");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Packet. */
            type $Shape = {
              updates?: hearth.gossip.Member.$Shape[]|null;
              view?: Uint8Array|null;
              ping?: hearth.gossip.Probe.$Shape|null;
              ack?: hearth.gossip.Probe.$Shape|null;
              pingRequest?: hearth.gossip.Probe.$Shape|null;
              nack?: hearth.gossip.Probe.$Shape|null;
              gossip?: hearth.gossip.Gossip.$Shape|null;
              sync?: hearth.gossip.Sync.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; ping?: null; ack?: null; pingRequest?: null; nack?: null; gossip?: null; sync?: null }|{ body?: "ping"; ping: hearth.gossip.Probe.$Shape; ack?: null; pingRequest?: null; nack?: null; gossip?: null; sync?: null }|{ body?: "ack"; ping?: null; ack: hearth.gossip.Probe.$Shape; pingRequest?: null; nack?: null; gossip?: null; sync?: null }|{ body?: "pingRequest"; ping?: null; ack?: null; pingRequest: hearth.gossip.Probe.$Shape; nack?: null; gossip?: null; sync?: null }|{ body?: "nack"; ping?: null; ack?: null; pingRequest?: null; nack: hearth.gossip.Probe.$Shape; gossip?: null; sync?: null }|{ body?: "gossip"; ping?: null; ack?: null; pingRequest?: null; nack?: null; gossip: hearth.gossip.Gossip.$Shape; sync?: null }|{ body?: "sync"; ping?: null; ack?: null; pingRequest?: null; nack?: null; gossip?: null; sync: hearth.gossip.Sync.$Shape })
            );
        }

        /**
         * Properties of a Probe.
         * @deprecated Use hearth.gossip.Probe.$Properties instead.
         */
        interface IProbe extends hearth.gossip.Probe.$Properties {
        }

        /** Represents a Probe. */
        class Probe {

            /**
             * Constructs a new Probe.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.gossip.Probe.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Probe sequence. */
            sequence: number;

            /** Probe target. */
            target: Uint8Array;

            /** Probe wallMs. */
            wallMs: number;

            /**
             * Creates a new Probe instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Probe instance
             */
            static create(properties: hearth.gossip.Probe.$Shape): hearth.gossip.Probe & hearth.gossip.Probe.$Shape;
            static create(properties?: hearth.gossip.Probe.$Properties): hearth.gossip.Probe;

            /**
             * Encodes the specified Probe message. Does not implicitly {@link hearth.gossip.Probe.verify|verify} messages.
             * @param message Probe message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.gossip.Probe.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Probe message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.gossip.Probe & hearth.gossip.Probe.$Shape} Probe
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.gossip.Probe & hearth.gossip.Probe.$Shape;
        }

        namespace Probe {

            /** Properties of a Probe. */
            interface $Properties {

                /** Probe sequence */
                sequence?: (number|null);

                /** Probe target */
                target?: (Uint8Array|null);

                /** Probe wallMs */
                wallMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Probe. */
            type $Shape = hearth.gossip.Probe.$Properties;
        }

        /**
         * Properties of a Gossip.
         * @deprecated Use hearth.gossip.Gossip.$Properties instead.
         */
        interface IGossip extends hearth.gossip.Gossip.$Properties {
        }

        /** Represents a Gossip. */
        class Gossip {

            /**
             * Constructs a new Gossip.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.gossip.Gossip.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new Gossip instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Gossip instance
             */
            static create(properties: hearth.gossip.Gossip.$Shape): hearth.gossip.Gossip & hearth.gossip.Gossip.$Shape;
            static create(properties?: hearth.gossip.Gossip.$Properties): hearth.gossip.Gossip;

            /**
             * Encodes the specified Gossip message. Does not implicitly {@link hearth.gossip.Gossip.verify|verify} messages.
             * @param message Gossip message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.gossip.Gossip.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Gossip message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.gossip.Gossip & hearth.gossip.Gossip.$Shape} Gossip
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.gossip.Gossip & hearth.gossip.Gossip.$Shape;
        }

        namespace Gossip {

            /** Properties of a Gossip. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Gossip. */
            type $Shape = hearth.gossip.Gossip.$Properties;
        }

        /**
         * Properties of a Sync.
         * @deprecated Use hearth.gossip.Sync.$Properties instead.
         */
        interface ISync extends hearth.gossip.Sync.$Properties {
        }

        /** Represents a Sync. */
        class Sync {

            /**
             * Constructs a new Sync.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.gossip.Sync.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new Sync instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Sync instance
             */
            static create(properties: hearth.gossip.Sync.$Shape): hearth.gossip.Sync & hearth.gossip.Sync.$Shape;
            static create(properties?: hearth.gossip.Sync.$Properties): hearth.gossip.Sync;

            /**
             * Encodes the specified Sync message. Does not implicitly {@link hearth.gossip.Sync.verify|verify} messages.
             * @param message Sync message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.gossip.Sync.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sync message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.gossip.Sync & hearth.gossip.Sync.$Shape} Sync
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.gossip.Sync & hearth.gossip.Sync.$Shape;
        }

        namespace Sync {

            /** Properties of a Sync. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sync. */
            type $Shape = hearth.gossip.Sync.$Properties;
        }

        /**
         * Properties of a Member.
         * @deprecated Use hearth.gossip.Member.$Properties instead.
         */
        interface IMember extends hearth.gossip.Member.$Properties {
        }

        /** Represents a Member. */
        class Member {

            /**
             * Constructs a new Member.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.gossip.Member.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Member id. */
            id: Uint8Array;

            /** Member generation. */
            generation: number;

            /** Member incarnation. */
            incarnation: number;

            /** Member status. */
            status: hearth.gossip.Status;

            /** Member cluster. */
            cluster: string;

            /** Member http. */
            http: string;

            /** Member release. */
            release: string;

            /** Member joinedAt. */
            joinedAt: number;

            /** Member loadTwentieths. */
            loadTwentieths: number;

            /** Member endedS. */
            endedS: number;

            /** Member degraded. */
            degraded: boolean;

            /** Member accusers. */
            accusers: number[];

            /** Member proven. */
            proven: boolean;

            /** Member waiting. */
            waiting: number;

            /** Member freeMemoryUnits. */
            freeMemoryUnits: number;

            /** Member cohort. */
            cohort: number;

            /**
             * Creates a new Member instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Member instance
             */
            static create(properties: hearth.gossip.Member.$Shape): hearth.gossip.Member & hearth.gossip.Member.$Shape;
            static create(properties?: hearth.gossip.Member.$Properties): hearth.gossip.Member;

            /**
             * Encodes the specified Member message. Does not implicitly {@link hearth.gossip.Member.verify|verify} messages.
             * @param message Member message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.gossip.Member.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Member message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.gossip.Member & hearth.gossip.Member.$Shape} Member
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.gossip.Member & hearth.gossip.Member.$Shape;
        }

        namespace Member {

            /** Properties of a Member. */
            interface $Properties {

                /** Member id */
                id?: (Uint8Array|null);

                /** Member generation */
                generation?: (number|null);

                /** Member incarnation */
                incarnation?: (number|null);

                /** Member status */
                status?: (hearth.gossip.Status|null);

                /** Member cluster */
                cluster?: (string|null);

                /** Member http */
                http?: (string|null);

                /** Member release */
                release?: (string|null);

                /** Member joinedAt */
                joinedAt?: (number|null);

                /** Member loadTwentieths */
                loadTwentieths?: (number|null);

                /** Member endedS */
                endedS?: (number|null);

                /** Member degraded */
                degraded?: (boolean|null);

                /** Member accusers */
                accusers?: (number[]|null);

                /** Member proven */
                proven?: (boolean|null);

                /** Member waiting */
                waiting?: (number|null);

                /** Member freeMemoryUnits */
                freeMemoryUnits?: (number|null);

                /** Member cohort */
                cohort?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Member. */
            type $Shape = hearth.gossip.Member.$Properties;
        }
    }
}
