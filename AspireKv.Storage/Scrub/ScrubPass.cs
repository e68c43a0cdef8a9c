using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Scrub;

/// <summary>One reading of everything that is stored.</summary>
internal sealed class ScrubPass(
    WalRecovery recovery,
    SegmentRow segments,
    GuardedSqlite sqlite,
    StorageFailures failures,
    Patience patience,
    ScrubMetrics metrics,
    ILogger logger)
{
    /// <summary>Reads everything that is stored once and compares it with its checksums; what is still being written is left out.</summary>
    /// <param name="goOn">
    /// Called with the bytes of each part that was read, and within long ones with 0; ends the pass where it returns false.
    /// </param>
    /// <returns>False when the engine failed, as it does on damage, or the pass was ended.</returns>
    public bool Run(Func<long, bool> goOn)
    {
        try
        {
            var total = 0L;
            foreach (var part in segments.GetClosed().Select(Check).Concat(ListPartitions().Select(partition => Check(partition, goOn))))
            {
                if (part is not { } bytes)
                {
                    return false;
                }

                total += bytes;
                metrics.Scrubbed(bytes);
                if (failures.First is not null || !goOn(bytes))
                {
                    return false;
                }
            }

            metrics.PassEnded();
            Log.Scrubbed(logger, total);
            return true;
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException)
        {
            // Reported already, or the engine is being closed.
            return false;
        }
        catch (Exception exception)
        {
            failures.Fail(exception, part: "scrub");
            return false;
        }
    }

    private List<int> ListPartitions() => sqlite.Read(0, static (sqlite, _) => sqlite.ListPartitions());

    private long? Check(int partition, Func<long, bool> goOn) => sqlite.Read(
        (partition, goOn), static (sqlite, argument) => sqlite.Check(argument.partition, () => argument.goOn(0)));

    private long? Check((Segment Segment, long NextFirstPosition) closed)
    {
        try
        {
            return CheckPatiently(closed);
        }
        catch (Exception exception) when (!segments.IsKept(closed.Segment) && exception is (StorageDamagedException or IOException))
        {
            // Dropped and used again meanwhile.
            return 0;
        }
        catch (StorageDamagedException exception)
        {
            failures.Report(exception);
            throw;
        }
    }

    private long? CheckPatiently((Segment Segment, long NextFirstPosition) closed)
    {
        while (true)
        {
            try
            {
                recovery.Check(closed.Segment, closed.NextFirstPosition);
                return closed.Segment.Bytes;
            }
            catch (Exception exception) when (TransientFaults.Is(exception))
            {
                if (!patience.Wait("scrub", exception))
                {
                    return null;
                }
            }
        }
    }
}
