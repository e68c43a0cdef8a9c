using AspireKv.AppHost.Chaos;

namespace AspireKv.AppHost.Tests.Chaos;

public sealed class KeyRecordTests : IDisposable
{
    private const int Acknowledged = 0;
    private const int Unknown = 1;
    private const int Refused = 2;

    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.Combine("keys.json");

    [Fact]
    public void Note_EachOutcome_AllowsWhatTheKeyMayHold()
    {
        var record = TwoRuns();

        Assert.Equal([false, true], Runs(record, Acknowledged));
        Assert.Equal([true, true], Runs(record, Unknown));
        Assert.Equal([true, false], Runs(record, Refused));
        Assert.All([Acknowledged, Unknown, Refused], key => Assert.True(record.IsKnown(key)));
    }

    [Fact]
    public void Load_AfterACrashWhileWriting_AllowsTheValueOfThatRun()
    {
        var record = TwoRuns();
        record.BeginRun();
        record.Save(File);

        var loaded = KeyRecord.Load(File, 3);

        Assert.Equal(3, loaded.Run);
        Assert.True(loaded.Allows(Acknowledged, 2));
        Assert.True(loaded.Allows(Acknowledged, 3));
        Assert.False(loaded.Allows(Acknowledged, 1));
    }

    /// <summary>A node that was paused may carry out an old request when it goes on.</summary>
    [Fact]
    public void Note_AcknowledgedAfterAnUnknownOutcome_AllowsTheUnknownOneStill()
    {
        var record = TwoRuns();
        record.BeginRun();
        Assert.All([Acknowledged, Unknown], key => record.Note(key, WriteOutcome.Acknowledged));

        Assert.Equal([false, false], Runs(record, Acknowledged));
        Assert.Equal([false, true], Runs(record, Unknown));
        Assert.True(record.IsUnknown(Unknown, 2));
        Assert.False(record.IsUnknown(Unknown, 3));
        Assert.True(record.Allows(Unknown, 3));
    }

    [Fact]
    public void IsKnown_NeverAcknowledged_IsFalse()
    {
        var record = KeyRecord.Load(File, 1);
        record.BeginRun();
        record.Note(0, WriteOutcome.Unknown);

        Assert.False(record.IsKnown(0));
        Assert.Equal(0, record.Acknowledged);
    }

    public void Dispose() => _directory.Dispose();

    private KeyRecord TwoRuns()
    {
        var record = KeyRecord.Load(File, 3);
        record.BeginRun();
        Assert.All([Acknowledged, Unknown, Refused], key => record.Note(key, WriteOutcome.Acknowledged));
        record.BeginRun();
        record.Note(Acknowledged, WriteOutcome.Acknowledged);
        record.Note(Unknown, WriteOutcome.Unknown);
        record.Note(Refused, WriteOutcome.Refused);
        return record;
    }

    private static bool[] Runs(KeyRecord record, int key) => [record.Allows(key, 1), record.Allows(key, 2)];
}
