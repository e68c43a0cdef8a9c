using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// outcome, flags (1 entry, 2 revision), reason, holder, [entry], [revision]
/// </code>
/// </summary>
internal static class OperationResultCodec
{
    private const int HasEntry = 1;
    private const int HasRevision = 2;

    public static void Write(ByteWriter writer, OperationResult result)
    {
        if (result.Outcome == OperationOutcome.Found && result.Entry is null)
        {
            throw new ArgumentException("A result that found something needs an entry.");
        }

        writer.WriteByte((byte)result.Outcome);
        writer.WriteFlags((result.Entry is null ? 0 : HasEntry) | (result.Revision == Stamp.Zero ? 0 : HasRevision));
        writer.WriteByte((byte)result.Reason);
        writer.WriteNode(result.Holder);
        if (result.Entry is { } entry)
        {
            writer.WriteEntry(entry);
        }

        if (result.Revision != Stamp.Zero)
        {
            writer.WriteStamp(result.Revision);
        }
    }

    public static OperationResult Read(ref ByteReader reader)
    {
        var outcome = (OperationOutcome)reader.ReadByte();
        if (outcome is < OperationOutcome.Found or > OperationOutcome.Unknown)
        {
            ByteReader.Refuse($"{(byte)outcome} is no outcome");
        }

        var flags = reader.ReadFlags(HasEntry | HasRevision);
        if (outcome == OperationOutcome.Found && (flags & HasEntry) == 0)
        {
            ByteReader.Refuse("something was found, but it does not come along");
        }

        var reason = (NotAppliedReason)reader.ReadByte();
        if (reason > NotAppliedReason.NotReached)
        {
            ByteReader.Refuse($"{(byte)reason} is no reason");
        }

        return new OperationResult
        {
            Outcome = outcome,
            Reason = reason,
            Holder = reader.ReadNode(),
            Entry = (flags & HasEntry) != 0 ? reader.ReadEntry() : null,
            Revision = (flags & HasRevision) != 0 ? reader.ReadStamp() : default(Stamp),
        };
    }
}
