using AspireKv.Cluster.Replicas;

namespace AspireKv.Storage.Codec;

/// <summary>
/// <code>
/// snapshot  promised ballot | purged stamp | since i64 | learner 1 or 0 | ballot of the rebuild | 1, config; or 0
/// </code>
/// </summary>
internal static class SnapshotCodec
{
    public static byte[] Encode(ReplicaSnapshot snapshot)
    {
        var bytes = new byte[(2 * ClusterCodec.BallotBytes) + ClusterCodec.StampBytes + 8 + 1 + 1
            + (snapshot.Config is { } measured ? ClusterCodec.Measure(measured) : 0)];
        var writer = new ByteWriter(bytes);
        writer.Write(snapshot.Promised);
        writer.Write(snapshot.Purged);
        writer.Int64(snapshot.Since);
        writer.Byte(snapshot.IsLearner ? (byte)1 : (byte)0);
        writer.Write(snapshot.RebuildBallot);
        writer.Byte(snapshot.Config is null ? (byte)0 : (byte)1);
        if (snapshot.Config is { } config)
        {
            writer.Write(config);
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">These bytes are no snapshot.</exception>
    public static ReplicaSnapshot Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var promised = reader.Ballot();
        var purged = reader.Stamp();
        var since = reader.Int64();
        var isLearner = reader.Flag();
        var rebuildBallot = reader.Ballot();
        var config = reader.Flag() ? reader.Config() : null;
        reader.End();
        return new ReplicaSnapshot(promised, config, purged, since, isLearner) { RebuildBallot = rebuildBallot };
    }
}
