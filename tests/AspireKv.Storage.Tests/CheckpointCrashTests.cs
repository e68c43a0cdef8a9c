using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;

namespace AspireKv.Storage.Tests;

/// <summary>
/// SQLite's files do not pass the seam of the file system. So copies of the whole directory are taken after each step of a checkpoint, and
/// from what SQLite wrote since the step before any part is taken away again: what the disk had not synced.
/// </summary>
public sealed class CheckpointCrashTests : IDisposable
{
    private const int CutsAStep = 5;

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Crash_AtEveryStepOfACheckpoint_LosesNothing()
    {
        var random = new Random(9);
        var steps = new List<Dictionary<string, byte[]>>();
        var twins = new List<string>();
        var sums = new List<BucketSums[]>();
        var twin = new Twin();
        await using (var engine = _fixture.Open())
        {
            engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
            Note();
            engine.Observer().OnStep = Note;
            var sequence = 0;
            for (var round = 0; round < 4; round++)
            {
                for (var i = 0; i < 200; i++)
                {
                    // Large enough for a checkpoint of several transactions, and for segments to be dropped.
                    Append(Records.Put(i % 2, $"key{i % 6}", ++sequence, new string((char)('a' + (i % 26)), 500)));
                    Append(Records.Put(i % 2, $"other{round}-{i}", ++sequence, new string('x', 9_000)));
                }

                Append(Records.Delete(0, "key2", ++sequence));
                if (round == 2)
                {
                    Append(Records.Empty(1, sequence));
                }

                engine.WaitDurable(Append(Records.Put(0, "key4", ++sequence, "last of the round")));
                Assert.True(engine.Checkpoint());
            }

            long Append(ReplicaRecord record)
            {
                twin.Apply(record);
                return engine.Append(record);
            }

            void Note()
            {
                steps.Add(Copy());
                twins.Add(twin.ToString());
                sums.Add([twin.Sums(0), twin.Sums(1)]);
            }
        }

        Assert.InRange(steps.Count, 12, 200);
        var opened = 0;
        for (var step = 1; step < steps.Count; step++)
        {
            foreach (var crashed in Crashes(steps[step - 1], steps[step], random))
            {
                using var fixture = new StorageFixture();
                foreach (var (name, bytes) in crashed)
                {
                    var path = fixture.File(name);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await File.WriteAllBytesAsync(path, bytes);
                }

                await using var engine = fixture.Open();
                Assert.True(twins[step] == Twin.Of(engine), $"step {step}: something was lost");
                Records.AssertSame(sums[step][0], engine.SumBuckets(0));
                Records.AssertSame(sums[step][1], engine.SumBuckets(1));
                opened++;
            }
        }

        Assert.InRange(opened, 60, 5_000);
    }

    /// <summary>
    /// The files of a step as they are; and with what SQLite's journal gained since the step before cut off, torn, or left as it was before
    /// in parts.
    /// </summary>
    private static IEnumerable<Dictionary<string, byte[]>> Crashes(
        Dictionary<string, byte[]> before, Dictionary<string, byte[]> after, Random random)
    {
        yield return after;
        const string Journal = "entries.sqlite-wal";
        if (!after.TryGetValue(Journal, out var journal) || journal.Length == 0)
        {
            yield break;
        }

        // What was committed is synced; behind it a transaction may have begun. Torn pages of that must count for nothing.
        for (var cut = 0; cut < CutsAStep; cut++)
        {
            var torn = new byte[journal.Length + random.Next(1, 9_000)];
            random.NextBytes(torn);
            journal.CopyTo(torn, 0);
            yield return new(after) { [Journal] = torn };
        }

        // A checkpoint of SQLite copies pages of its journal into its file in any order, and only then syncs the file.
        if (before.TryGetValue("entries.sqlite", out var old)
            && before.TryGetValue(Journal, out var oldJournal)
            && oldJournal.AsSpan().SequenceEqual(journal))
        {
            const int Page = 4096;
            var file = after["entries.sqlite"];
            for (var cut = 0; cut < CutsAStep; cut++)
            {
                var mixed = file.ToArray();
                for (var page = 0; page + Page <= Math.Min(old.Length, file.Length); page += Page)
                {
                    if (random.Next(2) == 0)
                    {
                        old.AsSpan(page, Page).CopyTo(mixed.AsSpan(page));
                    }
                }

                yield return new(after) { ["entries.sqlite"] = mixed };
            }
        }
    }

    private Dictionary<string, byte[]> Copy() => Directory.GetFiles(_fixture.Path, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) is var name && name != "lock" && !name.EndsWith("-shm", StringComparison.Ordinal))
        .ToDictionary(path => Path.GetRelativePath(_fixture.Path, path), ReadShared);

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
