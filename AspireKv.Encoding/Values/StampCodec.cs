using AspireKv.Cluster.Versioning;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// ballot  round, node
/// stamp   ballot, sequence
/// </code>
/// </summary>
public static class StampCodec
{
    public static void WriteBallot(this ByteWriter writer, Ballot ballot)
    {
        writer.WriteNumber(ballot.Round);
        writer.WriteNode(ballot.Node);
    }

    public static Ballot ReadBallot(this ref ByteReader reader) => new(reader.ReadNumber("a round"), reader.ReadNode());

    public static void WriteStamp(this ByteWriter writer, Stamp stamp)
    {
        writer.WriteBallot(stamp.Ballot);
        writer.WriteNumber(stamp.Sequence);
    }

    public static Stamp ReadStamp(this ref ByteReader reader) => new(reader.ReadBallot(), reader.ReadNumber("a sequence"));
}
