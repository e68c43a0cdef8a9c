using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// request   flags (1 record), sender, [founding record]
/// response  flags (1 record), responder, [founding record]
/// </code>
/// </summary>
internal static class FoundingCodec
{
    private const int HasRecord = 1;

    public static void Write(ByteWriter writer, FoundingRequest request) => Write(writer, request.Sender, request.Record);

    public static FoundingRequest ReadRequest(ref ByteReader reader)
    {
        var (sender, record) = ReadPair(ref reader);
        return new FoundingRequest(sender, record);
    }

    public static void Write(ByteWriter writer, FoundingResponse response) => Write(writer, response.Responder, response.Record);

    public static FoundingResponse ReadResponse(ref ByteReader reader)
    {
        var (responder, record) = ReadPair(ref reader);
        return new FoundingResponse(responder, record);
    }

    private static void Write(ByteWriter writer, Member self, FoundingRecord? record)
    {
        writer.WriteFlags(record is null ? 0 : HasRecord);
        writer.WriteMember(self);
        if (record is not null)
        {
            writer.WriteFoundingRecord(record);
        }
    }

    private static (Member Self, FoundingRecord? Record) ReadPair(ref ByteReader reader)
    {
        var flags = reader.ReadFlags(HasRecord);
        var self = reader.ReadMember();
        return (self, (flags & HasRecord) != 0 ? reader.ReadFoundingRecord() : null);
    }
}
