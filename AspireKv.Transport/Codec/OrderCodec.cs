using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// order        kind (1 byte), and 1 announce: node, name (text); 2 forget: node; 3 commit: plan id (text), wishes; 4 cancel: generation
/// order's end  outcome (1 byte), flags (1 refusal), version, generation, [refusal]
/// </code>
/// </summary>
internal static class OrderCodec
{
    private const int HasRefusal = 1;

    public static void Write(ByteWriter writer, TopologyOrder order)
    {
        switch (order)
        {
            case AnnounceOrder announce:
                writer.WriteByte(1);
                writer.WriteNode(announce.Node);
                writer.WriteText(announce.Name, ValueLimits.MaxNameBytes, "the bytes of a name");
                break;
            case ForgetOrder forget:
                writer.WriteByte(2);
                writer.WriteNode(forget.Node);
                break;
            case CommitOrder commit:
                writer.WriteByte(3);
                writer.WriteText(commit.PlanId, ClusterTopology.MaxPlanIdLength, "the bytes of a plan's id");
                writer.WriteWishes(commit.Wishes);
                break;
            case CancelOrder cancel:
                writer.WriteByte(4);
                writer.WriteNumber(cancel.Generation);
                break;
            default:
                throw new ArgumentException($"'{order}' has no bytes.", nameof(order));
        }
    }

    public static TopologyOrder ReadOrder(ref ByteReader reader)
    {
        var kind = reader.ReadByte();
        return kind switch
        {
            1 => new AnnounceOrder(reader.ReadNode(), reader.ReadText(ValueLimits.MaxNameBytes, "the length of a name")),
            2 => new ForgetOrder(reader.ReadNode()),
            3 => new CommitOrder(reader.ReadText(ClusterTopology.MaxPlanIdLength, "the length of a plan's id"), reader.ReadWishes()),
            4 => new CancelOrder(reader.ReadNumber("a generation")),
            _ => throw new MalformedBytesException($"{kind} is no order"),
        };
    }

    public static void Write(ByteWriter writer, OrderResult result)
    {
        writer.WriteByte((byte)result.Outcome);
        writer.WriteFlags(result.Refusal is null ? 0 : HasRefusal);
        writer.WriteNumber(result.Version);
        writer.WriteNumber(result.Generation);
        if (result.Refusal is { } refusal)
        {
            writer.WriteRefusal(refusal);
        }
    }

    public static OrderResult ReadResult(ref ByteReader reader)
    {
        var outcome = (OrderOutcome)reader.ReadByte();
        if (!Enum.IsDefined(outcome))
        {
            ByteReader.Refuse($"{(byte)outcome} is no end of an order");
        }

        var flags = reader.ReadFlags(HasRefusal);
        return new OrderResult(
            outcome,
            reader.ReadNumber("a version"),
            reader.ReadNumber("a generation"),
            (flags & HasRefusal) != 0 ? reader.ReadRefusal() : null);
    }
}
