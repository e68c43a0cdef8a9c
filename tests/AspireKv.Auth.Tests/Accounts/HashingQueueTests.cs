using System.Collections.Concurrent;
using System.Net;
using AspireKv.Auth.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class HashingQueueTests : IDisposable
{
    private static readonly IPAddress Attacker = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _time = new();

    /// <summary>Ten places.</summary>
    private readonly HashingQueue _queue;

    public HashingQueueTests() => _queue = new(Options.Create(new LoginOptions { ConcurrentHashes = 1, QueuedHashes = 9 }), _time);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void TryEnter_OneAddress_HasHalfOfThePlaces()
    {
        Assert.Equal(5, Entered(Attacker, isWelcome: false, tries: 50));
        Assert.Equal(5, Entered(Other, isWelcome: false, tries: 50));
    }

    [Fact]
    public void TryEnter_StrangersHaveTakenAll_WhoIsWelcomeStillEnters()
    {
        for (var i = 0; i < 20; i++)
        {
            Entered(new IPAddress([203, 0, 113, (byte)i]), isWelcome: false, tries: 5);
        }

        Assert.Equal(0, Entered(Other, isWelcome: false, tries: 1));
        Assert.Equal(10, Entered(Other, isWelcome: true, tries: 50));
    }

    [Fact]
    public void Leave_GivesThePlaceBack()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(1, Entered(Attacker, isWelcome: false, tries: 1));
            _queue.Leave(Attacker);
        }
    }

    [Fact]
    public async Task Run_StrangersWait_WhoIsWelcomeGoesFirst()
    {
        using var hold = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var first = _queue.RunAsync(() => Done("first", hold.Wait), isWelcome: false, CancellationToken.None);
        var strangers = Enumerable.Range(0, 5)
            .Select(_ => _queue.RunAsync(() => Done("stranger"), isWelcome: false, CancellationToken.None)).ToArray();
        var welcome = _queue.RunAsync(() => Done("welcome"), isWelcome: true, CancellationToken.None);
        hold.Set();

        await Eventually.CompletesAsync(Task.WhenAll([first, welcome, .. strangers]), "everybody had his turn");

        Assert.Equal(["first", "welcome"], order.Take(2));
        Assert.Equal(7, order.Count);

        bool Done(string who, Action? before = null)
        {
            before?.Invoke();
            order.Enqueue(who);
            return true;
        }
    }

    /// <summary>Whoever's turn has come is served to the end, however long that takes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_TurnDoesNotComeInTime_IsGivenUpWithoutWork(bool isWelcome)
    {
        using var hold = new ManualResetEventSlim();
        var worked = false;
        var first = _queue.RunAsync(() => Wait(hold), isWelcome: false, CancellationToken.None);
        var second = _queue.RunAsync(() => worked = true, isWelcome, CancellationToken.None);

        _time.Advance(HashingQueue.LongestWait);
        await Eventually.CompletesAsync(second, "the second one is given up");
        hold.Set();
        await Eventually.CompletesAsync(first, "the first one is served");

        Assert.Equal((true, null, false), (await first, await second, worked));
    }

    [Fact]
    public async Task Run_CallerIsGoneBeforeItsTurn_DoesNoWork()
    {
        using var hold = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var worked = false;
        var first = _queue.RunAsync(() => Wait(hold), isWelcome: false, CancellationToken.None);
        var second = _queue.RunAsync(() => worked = true, isWelcome: false, caller.Token);

        await caller.CancelAsync();
        hold.Set();
        await Eventually.CompletesAsync(first, "the first one is served");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(worked);
    }

    private static bool Wait(ManualResetEventSlim hold)
    {
        hold.Wait();
        return true;
    }

    private int Entered(IPAddress address, bool isWelcome, int tries) =>
        Enumerable.Range(0, tries).Count(_ => _queue.TryEnter(address, isWelcome));
}
