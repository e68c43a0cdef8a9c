using AspireKv.Cluster.Replicas;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Storage.Codec;

/// <summary>
/// <code>
/// snapshot  flags (1 learner, 2 config), promised ballot, purged stamp, since, ballot of the rebuild, [config]
/// </code>
/// </summary>
internal static class SnapshotCodec
{
    private const int IsLearner = 1;
    private const int HasConfig = 2;

    public static void Write(ByteWriter writer, ReplicaSnapshot snapshot)
    {
        writer.WriteFlags((snapshot.IsLearner ? IsLearner : 0) | (snapshot.Config is null ? 0 : HasConfig));
        writer.WriteBallot(snapshot.Promised);
        writer.WriteStamp(snapshot.Purged);
        writer.WriteNumber(snapshot.Since);
        writer.WriteBallot(snapshot.RebuildBallot);
        if (snapshot.Config is { } config)
        {
            writer.WriteConfig(config);
        }
    }

    /// <exception cref="MalformedBytesException">These bytes are no snapshot.</exception>
    public static ReplicaSnapshot Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var flags = reader.ReadFlags(IsLearner | HasConfig);
        var promised = reader.ReadBallot();
        var purged = reader.ReadStamp();
        var since = reader.ReadNumber("an epoch");
        var rebuildBallot = reader.ReadBallot();
        var config = (flags & HasConfig) != 0 ? reader.ReadConfig() : null;
        reader.ExpectEnd();
        return new ReplicaSnapshot(promised, config, purged, since, (flags & IsLearner) != 0) { RebuildBallot = rebuildBallot };
    }
}
