using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Storage.Files;
using AspireKv.StorageNode.Inbox;
using AspireKv.Transport.Contracts;

namespace AspireKv.PlantedBugs;

/// <summary>
/// The bugs there are, by name, and where each sits: in the file system below the WAL, or between the peers and the replica.
/// </summary>
internal static class Bugs
{
    private const int ShortestLongValue = 1_000;
    private const int OneIn = 20;

    private static readonly Dictionary<string, Action<IServiceCollection>> Planters = new()
    {
        // Acknowledged when it is no more than in this process's memory.
        ["fsync-skipped"] = static services => services.AddSingleton<IFileSystem>(new WrappedFileSystem(static file => new LazyFile(file))),

        // No bug: a disk whose syncs take half a second while there is a file beside the data directory, named as it is and ".slow"; for
        // the tests of what that may hold up.
        ["slow-disk"] = static services => services.AddSingleton<IFileSystem>(static provider =>
        {
            var slow = provider.GetRequiredService<IConfiguration>()["Node:DataDirectory"] + ".slow";
            return new WrappedFileSystem(file => new SlowFile(file, slow));
        }),

        // Now and then a replica says that it holds what it does not.
        ["accepted-not-stored"] = static services => Plant(services, new BrokenRequests
        {
            AnswersItself = (request, number) =>
                request.Kind == PeerRequestKind.Accept && number % OneIn == 0 ? PeerResponseKind.Accepted : null,
        }),

        // Only the coordinator holds what was acknowledged.
        ["quorum-of-one"] = static services => Plant(services, new BrokenRequests
        {
            AnswersItself = (request, _) => request.Kind == PeerRequestKind.Accept ? PeerResponseKind.Accepted : null,
        }),

        // A coordinator that was deposed is told that it was not.
        ["confirm-skipped"] = static services => Plant(services, new BrokenRequests
        {
            AnswersItself = (request, _) => request.Kind == PeerRequestKind.Confirm ? PeerResponseKind.Confirmed : null,
        }),

        // What a coordinator found on too few replicas is read without being brought to a quorum.
        ["no-write-back"] = static services => Plant(services, new BrokenRequests
        {
            AnswersItself = (request, _) => request is { Kind: PeerRequestKind.Accept, Entry: { } entry } && entry.Stamp != entry.Revision
                ? PeerResponseKind.Accepted
                : null,
        }),

        // What is copied to a replica, in a move or a repair, is acknowledged and thrown away.
        ["copy-not-stored"] = static services => Plant(services, new BrokenRequests
        {
            AnswersItself = (request, _) =>
                request is { Kind: PeerRequestKind.Accept, Entry: { } entry } && entry.Stamp.Ballot != request.Ballot
                    ? PeerResponseKind.Accepted
                    : null,
        }),

        // A node that lost everything says that nothing is there.
        ["empty-node-votes"] = static services => Plant(services, new BrokenRequests { HidesThatItLearns = true }),

        // Every change is made twice, under two revisions.
        ["write-repeated"] = static services => Plant(services, new BrokenRequests
        {
            Repeats = operation => operation.Kind != OperationKind.Get,
        }),

        // Long values arrive by half.
        ["half-a-value"] = static services => Plant(services, new BrokenRequests
        {
            Changes = operation => operation.Value.Length > ShortestLongValue
                ? operation with { Value = operation.Value[..(operation.Value.Length / 2)] }
                : operation,
        }),
    };

    public static void Plant(IServiceCollection services, string name)
    {
        if (name.Length == 0)
        {
            // The node as it is.
            return;
        }

        if (!Planters.TryGetValue(name, out var plant))
        {
            throw new InvalidOperationException($"PlantedBug is '{name}'; it must be one of {string.Join(", ", Planters.Keys)}.");
        }

        plant(services);
    }

    private static void Plant(IServiceCollection services, BrokenRequests broken)
    {
        services.AddSingleton<RequestDispatcher>();
        services.AddSingleton<IPeerRequestHandler>(provider =>
        {
            broken.Sound = provider.GetRequiredService<RequestDispatcher>();
            return broken;
        });
    }
}
