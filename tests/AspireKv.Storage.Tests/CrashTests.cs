using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

/// <summary>
/// The power goes at every call of a scripted run that changes a file; afterwards everything reported durable must be there.
/// </summary>
public sealed class CrashTests
{
    private static readonly string Large = new('v', 20_000);

    [Theory]
    [InlineData("nothing unsynced is kept")]
    [InlineData("everything is kept")]
    [InlineData("any sectors are kept")]
    public void PowerCut_AtEveryCall_LosesNothingThatWasReportedDurable(string what)
    {
        var random = new Random(5);
        Func<double> keep = what switch
        {
            "nothing unsynced is kept" => () => 0,
            "everything is kept" => () => 1,
            _ => () => random.NextDouble() is var x && x < 0.2 ? 0 : x < 0.4 ? 1 : x,
        };
        var calls = Run(failAt: int.MaxValue, () => 1, failAgainAt: int.MaxValue);
        Assert.InRange(calls, 60, 500);
        for (var call = 1; call <= calls; call++)
        {
            Run(call, keep, failAgainAt: 1 + (call % 8));
        }
    }

    /// <summary>
    /// The process is killed, or a sync fails under it. What the next process then finds and reports as durable is so, however little of it
    /// was synced before: others may have seen it by the time the power goes.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PowerCut_AfterARestart_LosesNothingThatTheRestartFound(bool hasSyncFailed)
    {
        var ended = true;
        for (var call = 1; ended; call++)
        {
            using var fixture = new StorageFixture();
            var files = new FaultFileSystem(fixture.Files);
            fixture.Files = files;
            if (hasSyncFailed)
            {
                files.FailOnce("sync", call);
            }
            else
            {
                files.LosePowerAt(call);
            }

            await RunScriptAsync(fixture);
            ended = files.Failures > 0;
            files.Kill();
            string found;
            await using (var engine = fixture.Open())
            {
                Assert.True(engine.Observer().Wait(engine.DurablePosition, TimeSpan.FromSeconds(30)), "no position was reported durable");
                found = Twin.Of(engine);
                files.LosePowerAt(1);
            }

            files.PowerCut(() => 0);
            await using var reopened = fixture.Open();
            Assert.True(found == Twin.Of(reopened), $"call {call}: {Twin.Of(reopened)}; found before: {found}");
            Assert.InRange(call, 1, 500);
        }
    }

    private static async Task RunScriptAsync(StorageFixture fixture)
    {
        try
        {
            await using var engine = fixture.Open();
            engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
            foreach (var step in Script())
            {
                if (step is null)
                {
                    engine.Checkpoint();
                }
                else
                {
                    engine.AppendDurably(step);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or StorageUnavailableException or DataDirectoryException)
        {
            // The next start is what counts.
        }
    }

    /// <summary>
    /// Runs the script until the power goes, recovers (with another power cut meanwhile) and compares; returns how many calls it made.
    /// </summary>
    private static int Run(int failAt, Func<double> keep, int failAgainAt)
    {
        using var fixture = new StorageFixture();
        var files = new FaultFileSystem(fixture.Files);
        fixture.Files = files;
        var acknowledged = new Twin();
        var attempted = new Twin();
        var incarnation = 0UL;
        var founded = false;
        var calls = 0;
        files.LosePowerAt(failAt);
        try
        {
            var engine = fixture.Open();
            incarnation = engine.Identity.Incarnation;
            try
            {
                engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
                founded = true;
                foreach (var step in Script())
                {
                    if (step is null)
                    {
                        engine.Checkpoint();
                        continue;
                    }

                    attempted.Apply(step);
                    engine.AppendDurably(step);
                    acknowledged.Apply(step);
                }
            }
            finally
            {
                engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
                calls = files.Calls;
            }
        }
        catch (Exception exception) when (exception is IOException or StorageUnavailableException or DataDirectoryException)
        {
            Assert.True(files.Failures > 0, exception.ToString());
        }

        files.PowerCut(keep);
        if (failAgainAt < int.MaxValue)
        {
            files.LosePowerAt(failAgainAt);
            try
            {
                fixture.Open().DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
            catch (Exception exception) when (exception is StorageUnavailableException or DataDirectoryException)
            {
            }

            files.PowerCut(keep);
        }

        var recovered = fixture.Open();
        try
        {
            Assert.True(incarnation == 0 || recovered.Identity.Incarnation == incarnation, $"call {failAt}: another incarnation");
            Assert.True(!founded || recovered.Founding is not null, $"call {failAt}: the founding record was lost");
            var found = Twin.Of(recovered);
            Assert.True(
                found == acknowledged.ToString() || found == attempted.ToString(),
                $"call {failAt}: {found}; acknowledged: {acknowledged}");
        }
        finally
        {
            recovered.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        return calls;
    }

    /// <summary>Enough to fill some segments, to drop and to reuse them; null is a checkpoint.</summary>
    private static IEnumerable<ReplicaRecord?> Script()
    {
        yield return new BallotPromised(0, new Ballot(1, new(1)));
        for (var i = 1; i <= 14; i++)
        {
            yield return Records.Put(i % 2, $"key{i % 5}", i, Large + i);
            if (i % 5 == 0)
            {
                yield return null;
            }
        }

        yield return Records.Delete(0, "key2", 20);
        yield return null;
        yield return Records.Purge(0, "key2", 20);
        yield return Records.Empty(1, 2);
        yield return Records.Put(1, "key1", 30, "after");
        yield return null;
        yield return Records.Put(0, "key0", 40, "last");
    }
}
