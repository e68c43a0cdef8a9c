using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

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

    public static void Write(WireWriter writer, OperationResult result)
    {
        if (result.Outcome == OperationOutcome.Found && result.Entry is null)
        {
            throw new ArgumentException("A result that found something needs an entry.");
        }

        writer.WriteByte((byte)result.Outcome);
        writer.WriteByte((byte)((result.Entry is null ? 0 : HasEntry) | (result.Revision == Stamp.Zero ? 0 : HasRevision)));
        writer.WriteByte((byte)result.Reason);
        VersioningCodec.Write(writer, result.Holder);
        if (result.Entry is { } entry)
        {
            VersioningCodec.Write(writer, entry);
        }

        if (result.Revision != Stamp.Zero)
        {
            VersioningCodec.Write(writer, result.Revision);
        }
    }

    public static OperationResult Read(ref WireReader reader)
    {
        var outcome = (OperationOutcome)reader.ReadByte();
        if (outcome is < OperationOutcome.Found or > OperationOutcome.Unknown)
        {
            WireReader.Refuse($"{(byte)outcome} is no outcome.");
        }

        var flags = reader.ReadFlags(HasEntry | HasRevision);
        if (outcome == OperationOutcome.Found && (flags & HasEntry) == 0)
        {
            WireReader.Refuse("Something was found, but it does not come along.");
        }

        var reason = (NotAppliedReason)reader.ReadByte();
        if (reason > NotAppliedReason.StorageFull)
        {
            WireReader.Refuse($"{(byte)reason} is no reason.");
        }

        return new OperationResult
        {
            Outcome = outcome,
            Reason = reason,
            Holder = VersioningCodec.ReadNode(ref reader),
            Entry = (flags & HasEntry) != 0 ? VersioningCodec.ReadEntry(ref reader) : null,
            Revision = (flags & HasRevision) != 0 ? VersioningCodec.ReadStamp(ref reader) : default(Stamp),
        };
    }
}
