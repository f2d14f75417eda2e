import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace hearth. */
export namespace hearth {

    /** Namespace cluster. */
    namespace cluster {

        /**
         * Properties of a Nothing.
         * @deprecated Use hearth.cluster.Nothing.$Properties instead.
         */
        interface INothing extends hearth.cluster.Nothing.$Properties {
        }

        /** Represents a Nothing. */
        class Nothing {

            /**
             * Constructs a new Nothing.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.Nothing.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new Nothing instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Nothing instance
             */
            static create(properties: hearth.cluster.Nothing.$Shape): hearth.cluster.Nothing & hearth.cluster.Nothing.$Shape;
            static create(properties?: hearth.cluster.Nothing.$Properties): hearth.cluster.Nothing;

            /**
             * Encodes the specified Nothing message. Does not implicitly {@link hearth.cluster.Nothing.verify|verify} messages.
             * @param message Nothing message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.Nothing.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Nothing message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.Nothing & hearth.cluster.Nothing.$Shape} Nothing
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.Nothing & hearth.cluster.Nothing.$Shape;
        }

        namespace Nothing {

            /** Properties of a Nothing. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Nothing. */
            type $Shape = hearth.cluster.Nothing.$Properties;
        }

        /**
         * Properties of a GossipMessage.
         * @deprecated Use hearth.cluster.GossipMessage.$Properties instead.
         */
        interface IGossipMessage extends hearth.cluster.GossipMessage.$Properties {
        }

        /** Represents a GossipMessage. */
        class GossipMessage {

            /**
             * Constructs a new GossipMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.GossipMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GossipMessage data. */
            data: Uint8Array;

            /**
             * Creates a new GossipMessage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GossipMessage instance
             */
            static create(properties: hearth.cluster.GossipMessage.$Shape): hearth.cluster.GossipMessage & hearth.cluster.GossipMessage.$Shape;
            static create(properties?: hearth.cluster.GossipMessage.$Properties): hearth.cluster.GossipMessage;

            /**
             * Encodes the specified GossipMessage message. Does not implicitly {@link hearth.cluster.GossipMessage.verify|verify} messages.
             * @param message GossipMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.GossipMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GossipMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.GossipMessage & hearth.cluster.GossipMessage.$Shape} GossipMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.GossipMessage & hearth.cluster.GossipMessage.$Shape;
        }

        namespace GossipMessage {

            /** Properties of a GossipMessage. */
            interface $Properties {

                /** GossipMessage data */
                data?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GossipMessage. */
            type $Shape = hearth.cluster.GossipMessage.$Properties;
        }

        /**
         * Properties of a NodeInfo.
         * @deprecated Use hearth.cluster.NodeInfo.$Properties instead.
         */
        interface INodeInfo extends hearth.cluster.NodeInfo.$Properties {
        }

        /** Represents a NodeInfo. */
        class NodeInfo {

            /**
             * Constructs a new NodeInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.NodeInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeInfo id. */
            id: string;

            /** NodeInfo generation. */
            generation: number;

            /** NodeInfo http. */
            http: string;

            /** NodeInfo cluster. */
            cluster: string;

            /** NodeInfo release. */
            release: string;

            /**
             * Creates a new NodeInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeInfo instance
             */
            static create(properties: hearth.cluster.NodeInfo.$Shape): hearth.cluster.NodeInfo & hearth.cluster.NodeInfo.$Shape;
            static create(properties?: hearth.cluster.NodeInfo.$Properties): hearth.cluster.NodeInfo;

            /**
             * Encodes the specified NodeInfo message. Does not implicitly {@link hearth.cluster.NodeInfo.verify|verify} messages.
             * @param message NodeInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.NodeInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.NodeInfo & hearth.cluster.NodeInfo.$Shape} NodeInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.NodeInfo & hearth.cluster.NodeInfo.$Shape;
        }

        namespace NodeInfo {

            /** Properties of a NodeInfo. */
            interface $Properties {

                /** NodeInfo id */
                id?: (string|null);

                /** NodeInfo generation */
                generation?: (number|null);

                /** NodeInfo http */
                http?: (string|null);

                /** NodeInfo cluster */
                cluster?: (string|null);

                /** NodeInfo release */
                release?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeInfo. */
            type $Shape = hearth.cluster.NodeInfo.$Properties;
        }

        /**
         * Properties of a JoinRequest.
         * @deprecated Use hearth.cluster.JoinRequest.$Properties instead.
         */
        interface IJoinRequest extends hearth.cluster.JoinRequest.$Properties {
        }

        /** Represents a JoinRequest. */
        class JoinRequest {

            /**
             * Constructs a new JoinRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.JoinRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinRequest clusterId. */
            clusterId: string;

            /** JoinRequest node. */
            node?: (hearth.cluster.NodeInfo.$Properties|null);

            /** JoinRequest forwarded. */
            forwarded: boolean;

            /**
             * Creates a new JoinRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JoinRequest instance
             */
            static create(properties: hearth.cluster.JoinRequest.$Shape): hearth.cluster.JoinRequest & hearth.cluster.JoinRequest.$Shape;
            static create(properties?: hearth.cluster.JoinRequest.$Properties): hearth.cluster.JoinRequest;

            /**
             * Encodes the specified JoinRequest message. Does not implicitly {@link hearth.cluster.JoinRequest.verify|verify} messages.
             * @param message JoinRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.JoinRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.JoinRequest & hearth.cluster.JoinRequest.$Shape} JoinRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.JoinRequest & hearth.cluster.JoinRequest.$Shape;
        }

        namespace JoinRequest {

            /** Properties of a JoinRequest. */
            interface $Properties {

                /** JoinRequest clusterId */
                clusterId?: (string|null);

                /** JoinRequest node */
                node?: (hearth.cluster.NodeInfo.$Properties|null);

                /** JoinRequest forwarded */
                forwarded?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinRequest. */
            type $Shape = hearth.cluster.JoinRequest.$Properties;
        }

        /**
         * Properties of a JoinReply.
         * @deprecated Use hearth.cluster.JoinReply.$Properties instead.
         */
        interface IJoinReply extends hearth.cluster.JoinReply.$Properties {
        }

        /** Represents a JoinReply. */
        class JoinReply {

            /**
             * Constructs a new JoinReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.JoinReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinReply clusterId. */
            clusterId: string;

            /** JoinReply joinedAt. */
            joinedAt: number;

            /** JoinReply members. */
            members: hearth.cluster.NodeInfo.$Properties[];

            /** JoinReply sealingKey. */
            sealingKey: Uint8Array;

            /**
             * Creates a new JoinReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JoinReply instance
             */
            static create(properties: hearth.cluster.JoinReply.$Shape): hearth.cluster.JoinReply & hearth.cluster.JoinReply.$Shape;
            static create(properties?: hearth.cluster.JoinReply.$Properties): hearth.cluster.JoinReply;

            /**
             * Encodes the specified JoinReply message. Does not implicitly {@link hearth.cluster.JoinReply.verify|verify} messages.
             * @param message JoinReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.JoinReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.JoinReply & hearth.cluster.JoinReply.$Shape} JoinReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.JoinReply & hearth.cluster.JoinReply.$Shape;
        }

        namespace JoinReply {

            /** Properties of a JoinReply. */
            interface $Properties {

                /** JoinReply clusterId */
                clusterId?: (string|null);

                /** JoinReply joinedAt */
                joinedAt?: (number|null);

                /** JoinReply members */
                members?: (hearth.cluster.NodeInfo.$Properties[]|null);

                /** JoinReply sealingKey */
                sealingKey?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinReply. */
            type $Shape = hearth.cluster.JoinReply.$Properties;
        }

        /**
         * Properties of a ProposeRequest.
         * @deprecated Use hearth.cluster.ProposeRequest.$Properties instead.
         */
        interface IProposeRequest extends hearth.cluster.ProposeRequest.$Properties {
        }

        /** Represents a ProposeRequest. */
        class ProposeRequest {

            /**
             * Constructs a new ProposeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.ProposeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ProposeRequest clusterId. */
            clusterId: string;

            /** ProposeRequest command. */
            command: Uint8Array;

            /** ProposeRequest committedOnly. */
            committedOnly: boolean;

            /**
             * Creates a new ProposeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ProposeRequest instance
             */
            static create(properties: hearth.cluster.ProposeRequest.$Shape): hearth.cluster.ProposeRequest & hearth.cluster.ProposeRequest.$Shape;
            static create(properties?: hearth.cluster.ProposeRequest.$Properties): hearth.cluster.ProposeRequest;

            /**
             * Encodes the specified ProposeRequest message. Does not implicitly {@link hearth.cluster.ProposeRequest.verify|verify} messages.
             * @param message ProposeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.ProposeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ProposeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.ProposeRequest & hearth.cluster.ProposeRequest.$Shape} ProposeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.ProposeRequest & hearth.cluster.ProposeRequest.$Shape;
        }

        namespace ProposeRequest {

            /** Properties of a ProposeRequest. */
            interface $Properties {

                /** ProposeRequest clusterId */
                clusterId?: (string|null);

                /** ProposeRequest command */
                command?: (Uint8Array|null);

                /** ProposeRequest committedOnly */
                committedOnly?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ProposeRequest. */
            type $Shape = hearth.cluster.ProposeRequest.$Properties;
        }

        /**
         * Properties of a ProposeReply.
         * @deprecated Use hearth.cluster.ProposeReply.$Properties instead.
         */
        interface IProposeReply extends hearth.cluster.ProposeReply.$Properties {
        }

        /** Represents a ProposeReply. */
        class ProposeReply {

            /**
             * Constructs a new ProposeReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.ProposeReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ProposeReply index. */
            index: number;

            /** ProposeReply leader. */
            leader: string;

            /** ProposeReply accepted. */
            accepted: boolean;

            /**
             * Creates a new ProposeReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ProposeReply instance
             */
            static create(properties: hearth.cluster.ProposeReply.$Shape): hearth.cluster.ProposeReply & hearth.cluster.ProposeReply.$Shape;
            static create(properties?: hearth.cluster.ProposeReply.$Properties): hearth.cluster.ProposeReply;

            /**
             * Encodes the specified ProposeReply message. Does not implicitly {@link hearth.cluster.ProposeReply.verify|verify} messages.
             * @param message ProposeReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.ProposeReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ProposeReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.ProposeReply & hearth.cluster.ProposeReply.$Shape} ProposeReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.ProposeReply & hearth.cluster.ProposeReply.$Shape;
        }

        namespace ProposeReply {

            /** Properties of a ProposeReply. */
            interface $Properties {

                /** ProposeReply index */
                index?: (number|null);

                /** ProposeReply leader */
                leader?: (string|null);

                /** ProposeReply accepted */
                accepted?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ProposeReply. */
            type $Shape = hearth.cluster.ProposeReply.$Properties;
        }

        /**
         * Properties of a ReadIndexRequest.
         * @deprecated Use hearth.cluster.ReadIndexRequest.$Properties instead.
         */
        interface IReadIndexRequest extends hearth.cluster.ReadIndexRequest.$Properties {
        }

        /** Represents a ReadIndexRequest. */
        class ReadIndexRequest {

            /**
             * Constructs a new ReadIndexRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.ReadIndexRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReadIndexRequest clusterId. */
            clusterId: string;

            /**
             * Creates a new ReadIndexRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReadIndexRequest instance
             */
            static create(properties: hearth.cluster.ReadIndexRequest.$Shape): hearth.cluster.ReadIndexRequest & hearth.cluster.ReadIndexRequest.$Shape;
            static create(properties?: hearth.cluster.ReadIndexRequest.$Properties): hearth.cluster.ReadIndexRequest;

            /**
             * Encodes the specified ReadIndexRequest message. Does not implicitly {@link hearth.cluster.ReadIndexRequest.verify|verify} messages.
             * @param message ReadIndexRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.ReadIndexRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReadIndexRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.ReadIndexRequest & hearth.cluster.ReadIndexRequest.$Shape} ReadIndexRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.ReadIndexRequest & hearth.cluster.ReadIndexRequest.$Shape;
        }

        namespace ReadIndexRequest {

            /** Properties of a ReadIndexRequest. */
            interface $Properties {

                /** ReadIndexRequest clusterId */
                clusterId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReadIndexRequest. */
            type $Shape = hearth.cluster.ReadIndexRequest.$Properties;
        }

        /**
         * Properties of a ReadIndexReply.
         * @deprecated Use hearth.cluster.ReadIndexReply.$Properties instead.
         */
        interface IReadIndexReply extends hearth.cluster.ReadIndexReply.$Properties {
        }

        /** Represents a ReadIndexReply. */
        class ReadIndexReply {

            /**
             * Constructs a new ReadIndexReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.ReadIndexReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReadIndexReply index. */
            index: number;

            /** ReadIndexReply known. */
            known: boolean;

            /**
             * Creates a new ReadIndexReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReadIndexReply instance
             */
            static create(properties: hearth.cluster.ReadIndexReply.$Shape): hearth.cluster.ReadIndexReply & hearth.cluster.ReadIndexReply.$Shape;
            static create(properties?: hearth.cluster.ReadIndexReply.$Properties): hearth.cluster.ReadIndexReply;

            /**
             * Encodes the specified ReadIndexReply message. Does not implicitly {@link hearth.cluster.ReadIndexReply.verify|verify} messages.
             * @param message ReadIndexReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.ReadIndexReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReadIndexReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.ReadIndexReply & hearth.cluster.ReadIndexReply.$Shape} ReadIndexReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.ReadIndexReply & hearth.cluster.ReadIndexReply.$Shape;
        }

        namespace ReadIndexReply {

            /** Properties of a ReadIndexReply. */
            interface $Properties {

                /** ReadIndexReply index */
                index?: (number|null);

                /** ReadIndexReply known */
                known?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReadIndexReply. */
            type $Shape = hearth.cluster.ReadIndexReply.$Properties;
        }

        /**
         * Properties of an AppliedReport.
         * @deprecated Use hearth.cluster.AppliedReport.$Properties instead.
         */
        interface IAppliedReport extends hearth.cluster.AppliedReport.$Properties {
        }

        /** Represents an AppliedReport. */
        class AppliedReport {

            /**
             * Constructs a new AppliedReport.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.AppliedReport.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AppliedReport clusterId. */
            clusterId: string;

            /** AppliedReport node. */
            node: string;

            /** AppliedReport index. */
            index: number;

            /**
             * Creates a new AppliedReport instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AppliedReport instance
             */
            static create(properties: hearth.cluster.AppliedReport.$Shape): hearth.cluster.AppliedReport & hearth.cluster.AppliedReport.$Shape;
            static create(properties?: hearth.cluster.AppliedReport.$Properties): hearth.cluster.AppliedReport;

            /**
             * Encodes the specified AppliedReport message. Does not implicitly {@link hearth.cluster.AppliedReport.verify|verify} messages.
             * @param message AppliedReport message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.AppliedReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AppliedReport message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.AppliedReport & hearth.cluster.AppliedReport.$Shape} AppliedReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.AppliedReport & hearth.cluster.AppliedReport.$Shape;
        }

        namespace AppliedReport {

            /** Properties of an AppliedReport. */
            interface $Properties {

                /** AppliedReport clusterId */
                clusterId?: (string|null);

                /** AppliedReport node */
                node?: (string|null);

                /** AppliedReport index */
                index?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AppliedReport. */
            type $Shape = hearth.cluster.AppliedReport.$Properties;
        }

        /**
         * Properties of a LogEntry.
         * @deprecated Use hearth.cluster.LogEntry.$Properties instead.
         */
        interface ILogEntry extends hearth.cluster.LogEntry.$Properties {
        }

        /** Represents a LogEntry. */
        class LogEntry {

            /**
             * Constructs a new LogEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.LogEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LogEntry index. */
            index: number;

            /** LogEntry term. */
            term: number;

            /** LogEntry kind. */
            kind: number;

            /** LogEntry data. */
            data: Uint8Array;

            /**
             * Creates a new LogEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LogEntry instance
             */
            static create(properties: hearth.cluster.LogEntry.$Shape): hearth.cluster.LogEntry & hearth.cluster.LogEntry.$Shape;
            static create(properties?: hearth.cluster.LogEntry.$Properties): hearth.cluster.LogEntry;

            /**
             * Encodes the specified LogEntry message. Does not implicitly {@link hearth.cluster.LogEntry.verify|verify} messages.
             * @param message LogEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.LogEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LogEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.LogEntry & hearth.cluster.LogEntry.$Shape} LogEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.LogEntry & hearth.cluster.LogEntry.$Shape;
        }

        namespace LogEntry {

            /** Properties of a LogEntry. */
            interface $Properties {

                /** LogEntry index */
                index?: (number|null);

                /** LogEntry term */
                term?: (number|null);

                /** LogEntry kind */
                kind?: (number|null);

                /** LogEntry data */
                data?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LogEntry. */
            type $Shape = hearth.cluster.LogEntry.$Properties;
        }

        /**
         * Properties of a RaftEnvelope.
         * @deprecated Use hearth.cluster.RaftEnvelope.$Properties instead.
         */
        interface IRaftEnvelope extends hearth.cluster.RaftEnvelope.$Properties {
        }

        /** Represents a RaftEnvelope. */
        class RaftEnvelope {

            /**
             * Constructs a new RaftEnvelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.RaftEnvelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RaftEnvelope clusterId. */
            clusterId: string;

            /** RaftEnvelope from. */
            from: string;

            /** RaftEnvelope to. */
            to: string;

            /** RaftEnvelope term. */
            term: number;

            /** RaftEnvelope voteRequest. */
            voteRequest?: (hearth.cluster.VoteRequest.$Properties|null);

            /** RaftEnvelope voteReply. */
            voteReply?: (hearth.cluster.VoteReply.$Properties|null);

            /** RaftEnvelope appendRequest. */
            appendRequest?: (hearth.cluster.AppendRequest.$Properties|null);

            /** RaftEnvelope appendReply. */
            appendReply?: (hearth.cluster.AppendReply.$Properties|null);

            /** RaftEnvelope snapshotRequest. */
            snapshotRequest?: (hearth.cluster.SnapshotRequest.$Properties|null);

            /** RaftEnvelope snapshotReply. */
            snapshotReply?: (hearth.cluster.SnapshotReply.$Properties|null);

            /** RaftEnvelope followRequest. */
            followRequest?: (hearth.cluster.FollowRequest.$Properties|null);

            /** RaftEnvelope leadNow. */
            leadNow?: (hearth.cluster.LeadNow.$Properties|null);

            /** RaftEnvelope message. */
            message?: ("voteRequest"|"voteReply"|"appendRequest"|"appendReply"|"snapshotRequest"|"snapshotReply"|"followRequest"|"leadNow");

            /**
             * Creates a new RaftEnvelope instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RaftEnvelope instance
             */
            static create(properties: hearth.cluster.RaftEnvelope.$Shape): hearth.cluster.RaftEnvelope & hearth.cluster.RaftEnvelope.$Shape;
            static create(properties?: hearth.cluster.RaftEnvelope.$Properties): hearth.cluster.RaftEnvelope;

            /**
             * Encodes the specified RaftEnvelope message. Does not implicitly {@link hearth.cluster.RaftEnvelope.verify|verify} messages.
             * @param message RaftEnvelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.RaftEnvelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RaftEnvelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.RaftEnvelope & hearth.cluster.RaftEnvelope.$Shape} RaftEnvelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.RaftEnvelope & hearth.cluster.RaftEnvelope.$Shape;
        }

        namespace RaftEnvelope {

            /** Properties of a RaftEnvelope. */
            interface $Properties {

                /** RaftEnvelope clusterId */
                clusterId?: (string|null);

                /** RaftEnvelope from */
                from?: (string|null);

                /** RaftEnvelope to */
                to?: (string|null);

                /** RaftEnvelope term */
                term?: (number|null);

                /** RaftEnvelope voteRequest */
                voteRequest?: (hearth.cluster.VoteRequest.$Properties|null);

                /** RaftEnvelope voteReply */
                voteReply?: (hearth.cluster.VoteReply.$Properties|null);

                /** RaftEnvelope appendRequest */
                appendRequest?: (hearth.cluster.AppendRequest.$Properties|null);

                /** RaftEnvelope appendReply */
                appendReply?: (hearth.cluster.AppendReply.$Properties|null);

                /** RaftEnvelope snapshotRequest */
                snapshotRequest?: (hearth.cluster.SnapshotRequest.$Properties|null);

                /** RaftEnvelope snapshotReply */
                snapshotReply?: (hearth.cluster.SnapshotReply.$Properties|null);

                /** RaftEnvelope followRequest */
                followRequest?: (hearth.cluster.FollowRequest.$Properties|null);

                /** RaftEnvelope leadNow */
                leadNow?: (hearth.cluster.LeadNow.$Properties|null);

                /** RaftEnvelope message */
                message?: ("voteRequest"|"voteReply"|"appendRequest"|"appendReply"|"snapshotRequest"|"snapshotReply"|"followRequest"|"leadNow");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a RaftEnvelope. */
            type $Shape = {
              clusterId?: string|null;
              from?: string|null;
              to?: string|null;
              term?: number|null;
              voteRequest?: hearth.cluster.VoteRequest.$Shape|null;
              voteReply?: hearth.cluster.VoteReply.$Shape|null;
              appendRequest?: hearth.cluster.AppendRequest.$Shape|null;
              appendReply?: hearth.cluster.AppendReply.$Shape|null;
              snapshotRequest?: hearth.cluster.SnapshotRequest.$Shape|null;
              snapshotReply?: hearth.cluster.SnapshotReply.$Shape|null;
              followRequest?: hearth.cluster.FollowRequest.$Shape|null;
              leadNow?: hearth.cluster.LeadNow.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "voteRequest"; voteRequest: hearth.cluster.VoteRequest.$Shape; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "voteReply"; voteRequest?: null; voteReply: hearth.cluster.VoteReply.$Shape; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "appendRequest"; voteRequest?: null; voteReply?: null; appendRequest: hearth.cluster.AppendRequest.$Shape; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "appendReply"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply: hearth.cluster.AppendReply.$Shape; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "snapshotRequest"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest: hearth.cluster.SnapshotRequest.$Shape; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "snapshotReply"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply: hearth.cluster.SnapshotReply.$Shape; followRequest?: null; leadNow?: null }|{ message?: "followRequest"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest: hearth.cluster.FollowRequest.$Shape; leadNow?: null }|{ message?: "leadNow"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow: hearth.cluster.LeadNow.$Shape })
            );
        }

        /**
         * Properties of a VoteRequest.
         * @deprecated Use hearth.cluster.VoteRequest.$Properties instead.
         */
        interface IVoteRequest extends hearth.cluster.VoteRequest.$Properties {
        }

        /** Represents a VoteRequest. */
        class VoteRequest {

            /**
             * Constructs a new VoteRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.VoteRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** VoteRequest lastIndex. */
            lastIndex: number;

            /** VoteRequest lastTerm. */
            lastTerm: number;

            /** VoteRequest preVote. */
            preVote: boolean;

            /** VoteRequest handedOver. */
            handedOver: boolean;

            /**
             * Creates a new VoteRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns VoteRequest instance
             */
            static create(properties: hearth.cluster.VoteRequest.$Shape): hearth.cluster.VoteRequest & hearth.cluster.VoteRequest.$Shape;
            static create(properties?: hearth.cluster.VoteRequest.$Properties): hearth.cluster.VoteRequest;

            /**
             * Encodes the specified VoteRequest message. Does not implicitly {@link hearth.cluster.VoteRequest.verify|verify} messages.
             * @param message VoteRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.VoteRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a VoteRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.VoteRequest & hearth.cluster.VoteRequest.$Shape} VoteRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.VoteRequest & hearth.cluster.VoteRequest.$Shape;
        }

        namespace VoteRequest {

            /** Properties of a VoteRequest. */
            interface $Properties {

                /** VoteRequest lastIndex */
                lastIndex?: (number|null);

                /** VoteRequest lastTerm */
                lastTerm?: (number|null);

                /** VoteRequest preVote */
                preVote?: (boolean|null);

                /** VoteRequest handedOver */
                handedOver?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a VoteRequest. */
            type $Shape = hearth.cluster.VoteRequest.$Properties;
        }

        /**
         * Properties of a VoteReply.
         * @deprecated Use hearth.cluster.VoteReply.$Properties instead.
         */
        interface IVoteReply extends hearth.cluster.VoteReply.$Properties {
        }

        /** Represents a VoteReply. */
        class VoteReply {

            /**
             * Constructs a new VoteReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.VoteReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** VoteReply granted. */
            granted: boolean;

            /** VoteReply preVote. */
            preVote: boolean;

            /**
             * Creates a new VoteReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns VoteReply instance
             */
            static create(properties: hearth.cluster.VoteReply.$Shape): hearth.cluster.VoteReply & hearth.cluster.VoteReply.$Shape;
            static create(properties?: hearth.cluster.VoteReply.$Properties): hearth.cluster.VoteReply;

            /**
             * Encodes the specified VoteReply message. Does not implicitly {@link hearth.cluster.VoteReply.verify|verify} messages.
             * @param message VoteReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.VoteReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a VoteReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.VoteReply & hearth.cluster.VoteReply.$Shape} VoteReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.VoteReply & hearth.cluster.VoteReply.$Shape;
        }

        namespace VoteReply {

            /** Properties of a VoteReply. */
            interface $Properties {

                /** VoteReply granted */
                granted?: (boolean|null);

                /** VoteReply preVote */
                preVote?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a VoteReply. */
            type $Shape = hearth.cluster.VoteReply.$Properties;
        }

        /**
         * Properties of an AppendRequest.
         * @deprecated Use hearth.cluster.AppendRequest.$Properties instead.
         */
        interface IAppendRequest extends hearth.cluster.AppendRequest.$Properties {
        }

        /** Represents an AppendRequest. */
        class AppendRequest {

            /**
             * Constructs a new AppendRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.AppendRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AppendRequest previousIndex. */
            previousIndex: number;

            /** AppendRequest previousTerm. */
            previousTerm: number;

            /** AppendRequest commitIndex. */
            commitIndex: number;

            /** AppendRequest entries. */
            entries: hearth.cluster.LogEntry.$Properties[];

            /** AppendRequest round. */
            round: number;

            /** AppendRequest leader. */
            leader: string;

            /** AppendRequest heardAgoMs. */
            heardAgoMs: number;

            /**
             * Creates a new AppendRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AppendRequest instance
             */
            static create(properties: hearth.cluster.AppendRequest.$Shape): hearth.cluster.AppendRequest & hearth.cluster.AppendRequest.$Shape;
            static create(properties?: hearth.cluster.AppendRequest.$Properties): hearth.cluster.AppendRequest;

            /**
             * Encodes the specified AppendRequest message. Does not implicitly {@link hearth.cluster.AppendRequest.verify|verify} messages.
             * @param message AppendRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.AppendRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AppendRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.AppendRequest & hearth.cluster.AppendRequest.$Shape} AppendRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.AppendRequest & hearth.cluster.AppendRequest.$Shape;
        }

        namespace AppendRequest {

            /** Properties of an AppendRequest. */
            interface $Properties {

                /** AppendRequest previousIndex */
                previousIndex?: (number|null);

                /** AppendRequest previousTerm */
                previousTerm?: (number|null);

                /** AppendRequest commitIndex */
                commitIndex?: (number|null);

                /** AppendRequest entries */
                entries?: (hearth.cluster.LogEntry.$Properties[]|null);

                /** AppendRequest round */
                round?: (number|null);

                /** AppendRequest leader */
                leader?: (string|null);

                /** AppendRequest heardAgoMs */
                heardAgoMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AppendRequest. */
            type $Shape = hearth.cluster.AppendRequest.$Properties;
        }

        /**
         * Properties of an AppendReply.
         * @deprecated Use hearth.cluster.AppendReply.$Properties instead.
         */
        interface IAppendReply extends hearth.cluster.AppendReply.$Properties {
        }

        /** Represents an AppendReply. */
        class AppendReply {

            /**
             * Constructs a new AppendReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.AppendReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AppendReply accepted. */
            accepted: boolean;

            /** AppendReply matchIndex. */
            matchIndex: number;

            /** AppendReply round. */
            round: number;

            /** AppendReply mute. */
            mute: boolean;

            /**
             * Creates a new AppendReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AppendReply instance
             */
            static create(properties: hearth.cluster.AppendReply.$Shape): hearth.cluster.AppendReply & hearth.cluster.AppendReply.$Shape;
            static create(properties?: hearth.cluster.AppendReply.$Properties): hearth.cluster.AppendReply;

            /**
             * Encodes the specified AppendReply message. Does not implicitly {@link hearth.cluster.AppendReply.verify|verify} messages.
             * @param message AppendReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.AppendReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AppendReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.AppendReply & hearth.cluster.AppendReply.$Shape} AppendReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.AppendReply & hearth.cluster.AppendReply.$Shape;
        }

        namespace AppendReply {

            /** Properties of an AppendReply. */
            interface $Properties {

                /** AppendReply accepted */
                accepted?: (boolean|null);

                /** AppendReply matchIndex */
                matchIndex?: (number|null);

                /** AppendReply round */
                round?: (number|null);

                /** AppendReply mute */
                mute?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AppendReply. */
            type $Shape = hearth.cluster.AppendReply.$Properties;
        }

        /**
         * Properties of a SnapshotRequest.
         * @deprecated Use hearth.cluster.SnapshotRequest.$Properties instead.
         */
        interface ISnapshotRequest extends hearth.cluster.SnapshotRequest.$Properties {
        }

        /** Represents a SnapshotRequest. */
        class SnapshotRequest {

            /**
             * Constructs a new SnapshotRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.SnapshotRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SnapshotRequest leader. */
            leader: string;

            /** SnapshotRequest index. */
            index: number;

            /** SnapshotRequest term. */
            term: number;

            /** SnapshotRequest voters. */
            voters: string[];

            /** SnapshotRequest outgoing. */
            outgoing: string[];

            /** SnapshotRequest part. */
            part: number;

            /** SnapshotRequest data. */
            data: Uint8Array;

            /** SnapshotRequest last. */
            last: boolean;

            /** SnapshotRequest heardAgoMs. */
            heardAgoMs: number;

            /**
             * Creates a new SnapshotRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SnapshotRequest instance
             */
            static create(properties: hearth.cluster.SnapshotRequest.$Shape): hearth.cluster.SnapshotRequest & hearth.cluster.SnapshotRequest.$Shape;
            static create(properties?: hearth.cluster.SnapshotRequest.$Properties): hearth.cluster.SnapshotRequest;

            /**
             * Encodes the specified SnapshotRequest message. Does not implicitly {@link hearth.cluster.SnapshotRequest.verify|verify} messages.
             * @param message SnapshotRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.SnapshotRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SnapshotRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.SnapshotRequest & hearth.cluster.SnapshotRequest.$Shape} SnapshotRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.SnapshotRequest & hearth.cluster.SnapshotRequest.$Shape;
        }

        namespace SnapshotRequest {

            /** Properties of a SnapshotRequest. */
            interface $Properties {

                /** SnapshotRequest leader */
                leader?: (string|null);

                /** SnapshotRequest index */
                index?: (number|null);

                /** SnapshotRequest term */
                term?: (number|null);

                /** SnapshotRequest voters */
                voters?: (string[]|null);

                /** SnapshotRequest outgoing */
                outgoing?: (string[]|null);

                /** SnapshotRequest part */
                part?: (number|null);

                /** SnapshotRequest data */
                data?: (Uint8Array|null);

                /** SnapshotRequest last */
                last?: (boolean|null);

                /** SnapshotRequest heardAgoMs */
                heardAgoMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SnapshotRequest. */
            type $Shape = hearth.cluster.SnapshotRequest.$Properties;
        }

        /**
         * Properties of a SnapshotReply.
         * @deprecated Use hearth.cluster.SnapshotReply.$Properties instead.
         */
        interface ISnapshotReply extends hearth.cluster.SnapshotReply.$Properties {
        }

        /** Represents a SnapshotReply. */
        class SnapshotReply {

            /**
             * Constructs a new SnapshotReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.SnapshotReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SnapshotReply index. */
            index: number;

            /** SnapshotReply parts. */
            parts: number;

            /**
             * Creates a new SnapshotReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SnapshotReply instance
             */
            static create(properties: hearth.cluster.SnapshotReply.$Shape): hearth.cluster.SnapshotReply & hearth.cluster.SnapshotReply.$Shape;
            static create(properties?: hearth.cluster.SnapshotReply.$Properties): hearth.cluster.SnapshotReply;

            /**
             * Encodes the specified SnapshotReply message. Does not implicitly {@link hearth.cluster.SnapshotReply.verify|verify} messages.
             * @param message SnapshotReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.SnapshotReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SnapshotReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.SnapshotReply & hearth.cluster.SnapshotReply.$Shape} SnapshotReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.SnapshotReply & hearth.cluster.SnapshotReply.$Shape;
        }

        namespace SnapshotReply {

            /** Properties of a SnapshotReply. */
            interface $Properties {

                /** SnapshotReply index */
                index?: (number|null);

                /** SnapshotReply parts */
                parts?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SnapshotReply. */
            type $Shape = hearth.cluster.SnapshotReply.$Properties;
        }

        /**
         * Properties of a FollowRequest.
         * @deprecated Use hearth.cluster.FollowRequest.$Properties instead.
         */
        interface IFollowRequest extends hearth.cluster.FollowRequest.$Properties {
        }

        /** Represents a FollowRequest. */
        class FollowRequest {

            /**
             * Constructs a new FollowRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.FollowRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FollowRequest lastIndex. */
            lastIndex: number;

            /**
             * Creates a new FollowRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FollowRequest instance
             */
            static create(properties: hearth.cluster.FollowRequest.$Shape): hearth.cluster.FollowRequest & hearth.cluster.FollowRequest.$Shape;
            static create(properties?: hearth.cluster.FollowRequest.$Properties): hearth.cluster.FollowRequest;

            /**
             * Encodes the specified FollowRequest message. Does not implicitly {@link hearth.cluster.FollowRequest.verify|verify} messages.
             * @param message FollowRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.FollowRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FollowRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.FollowRequest & hearth.cluster.FollowRequest.$Shape} FollowRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.FollowRequest & hearth.cluster.FollowRequest.$Shape;
        }

        namespace FollowRequest {

            /** Properties of a FollowRequest. */
            interface $Properties {

                /** FollowRequest lastIndex */
                lastIndex?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FollowRequest. */
            type $Shape = hearth.cluster.FollowRequest.$Properties;
        }

        /**
         * Properties of a LeadNow.
         * @deprecated Use hearth.cluster.LeadNow.$Properties instead.
         */
        interface ILeadNow extends hearth.cluster.LeadNow.$Properties {
        }

        /** Represents a LeadNow. */
        class LeadNow {

            /**
             * Constructs a new LeadNow.
             * @param [properties] Properties to set
             */
            constructor(properties?: hearth.cluster.LeadNow.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new LeadNow instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LeadNow instance
             */
            static create(properties: hearth.cluster.LeadNow.$Shape): hearth.cluster.LeadNow & hearth.cluster.LeadNow.$Shape;
            static create(properties?: hearth.cluster.LeadNow.$Properties): hearth.cluster.LeadNow;

            /**
             * Encodes the specified LeadNow message. Does not implicitly {@link hearth.cluster.LeadNow.verify|verify} messages.
             * @param message LeadNow message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: hearth.cluster.LeadNow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeadNow message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {hearth.cluster.LeadNow & hearth.cluster.LeadNow.$Shape} LeadNow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): hearth.cluster.LeadNow & hearth.cluster.LeadNow.$Shape;
        }

        namespace LeadNow {

            /** Properties of a LeadNow. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeadNow. */
            type $Shape = hearth.cluster.LeadNow.$Properties;
        }
    }
}
