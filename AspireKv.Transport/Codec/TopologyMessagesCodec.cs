using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// topology asked     version
/// topology answered  flags (1 topology), [topology]
/// registration       flags (1 takes its share), member, address (text)
/// registered         refusal (text)
/// moves              count, (partition, epoch, listed, copied, settled, flags (1 swept)) ...
/// sizes              count, (partition, entries, bytes) ...
/// </code>
/// </summary>
internal static class TopologyMessagesCodec
{
    private const int HasTopology = 1;
    private const int IsSwept = 1;
    private const int TakesShare = 1;
    private const int MaxRefusalBytes = 64;

    public static void Write(ByteWriter writer, TopologyRequest request) => writer.WriteNumber(request.Known);

    public static TopologyRequest ReadTopologyRequest(ref ByteReader reader) => new(reader.ReadNumber("a version"));

    public static void Write(ByteWriter writer, TopologyResponse response)
    {
        writer.WriteFlags(response.Newer is null ? 0 : HasTopology);
        if (response.Newer is { } newer)
        {
            writer.WriteTopology(newer);
        }
    }

    public static TopologyResponse ReadTopologyResponse(ref ByteReader reader) =>
        new((reader.ReadFlags(HasTopology) & HasTopology) != 0 ? reader.ReadTopology() : null);

    public static void Write(ByteWriter writer, RegistrationRequest request)
    {
        writer.WriteFlags(request.TakesShare ? TakesShare : 0);
        writer.WriteMember(request.Sender);
        writer.WriteText(request.Address, ValueLimits.MaxNameBytes, "the bytes of an address");
    }

    public static RegistrationRequest ReadRegistrationRequest(ref ByteReader reader)
    {
        var flags = reader.ReadFlags(TakesShare);
        return new RegistrationRequest(
            reader.ReadMember(), reader.ReadText(ValueLimits.MaxNameBytes, "the length of an address"), (flags & TakesShare) != 0);
    }

    public static void Write(ByteWriter writer, RegistrationResponse response) =>
        writer.WriteText(response.Refusal, MaxRefusalBytes, "the bytes of a refusal");

    public static RegistrationResponse ReadRegistrationResponse(ref ByteReader reader) =>
        new(reader.ReadText(MaxRefusalBytes, "the length of a refusal"));

    public static void Write(ByteWriter writer, MovesResponse response)
    {
        writer.WriteCount(response.Moves.Count, ValueLimits.MaxPartitions, "the moves of a node");
        foreach (var (partition, move) in response.Moves)
        {
            writer.WritePartition(partition);
            writer.WriteNumber(move.Epoch);
            writer.WriteNumber(move.Listed);
            writer.WriteNumber(move.Copied);
            writer.WriteNumber(move.Settled);
            writer.WriteFlags(move.IsSwept ? IsSwept : 0);
        }
    }

    public static MovesResponse ReadMovesResponse(ref ByteReader reader)
    {
        var moves = new MoveStatus[reader.ReadCount(ValueLimits.MaxPartitions, "the moves of a node")];
        for (var i = 0; i < moves.Length; i++)
        {
            moves[i] = new MoveStatus(
                reader.ReadPartition(),
                new MoveProgress(
                    reader.ReadNumber("an epoch"),
                    reader.ReadNumber("entries"),
                    reader.ReadNumber("entries"),
                    reader.ReadNumber("entries"),
                    (reader.ReadFlags(IsSwept) & IsSwept) != 0));
        }

        return new MovesResponse(moves);
    }

    public static void Write(ByteWriter writer, SizesResponse response)
    {
        writer.WriteCount(response.Sizes.Count, ValueLimits.MaxPartitions, "the partitions of a node");
        foreach (var (partition, size) in response.Sizes.OrderBy(static size => size.Key))
        {
            writer.WritePartition(partition);
            writer.WriteNumber(size.Entries);
            writer.WriteNumber(size.Bytes);
        }
    }

    public static SizesResponse ReadSizesResponse(ref ByteReader reader)
    {
        var count = reader.ReadCount(ValueLimits.MaxPartitions, "the partitions of a node");
        var sizes = new Dictionary<int, PartitionSize>(count);
        for (var i = 0; i < count; i++)
        {
            var partition = reader.ReadPartition();
            if (!sizes.TryAdd(partition, new PartitionSize(reader.ReadNumber("entries"), reader.ReadNumber("bytes"))))
            {
                ByteReader.Refuse($"partition {partition} stands twice in an answer");
            }
        }

        return new SizesResponse(sizes);
    }
}
