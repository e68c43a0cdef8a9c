using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AspireKv.Dialing.Tests;

/// <summary>Addresses that answer, refuse or say nothing, as the test says; what is not said is silence.</summary>
internal sealed class FakeAddresses
{
    private readonly ConcurrentDictionary<EndPoint, Fake> _all = new();

    /// <summary>The addresses that were tried, in order.</summary>
    public ConcurrentQueue<EndPoint> Tried { get; } = new();

    public Dictionary<string, IPAddress[]> Names { get; } = [];

    /// <summary>Attempts go on after nobody waits for them any more.</summary>
    public bool IgnoreCancellation { get; set; }

    public void Answer(EndPoint address) => Of(address).Outcome.TrySetResult(Of(address).Connection);

    public void Refuse(EndPoint address) => Fail(address, new SocketException((int)SocketError.ConnectionRefused));

    public void Fail(EndPoint address, Exception exception) => Of(address).Outcome.TrySetException(exception);

    public FakeConnection Connection(EndPoint address) => Of(address).Connection;

    public Task Started(EndPoint address) => Of(address).Started.Task;

    public Task GivenUp(EndPoint address) => Of(address).GivenUp.Task;

    public Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken) =>
        Names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses)
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));

    public async Task<FakeConnection> ConnectAsync(EndPoint address, CancellationToken cancellationToken)
    {
        Tried.Enqueue(address);
        var fake = Of(address);
        fake.Started.TrySetResult();
        try
        {
            return await fake.Outcome.Task.WaitAsync(IgnoreCancellation ? CancellationToken.None : cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            fake.GivenUp.TrySetResult();
            throw;
        }
    }

    private Fake Of(EndPoint address) => _all.GetOrAdd(address, static address => new Fake(new FakeConnection(address)));

    private sealed record Fake(FakeConnection Connection)
    {
        public TaskCompletionSource<FakeConnection> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GivenUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What an attempt at an address makes.</summary>
internal sealed class FakeConnection(EndPoint address) : IAsyncDisposable
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EndPoint Address { get; } = address;

    public Task Disposed => _disposed.Task;

    public ValueTask DisposeAsync()
    {
        _disposed.TrySetResult();
        return default;
    }
}
