using System.Net.Sockets;
using AspireKv.StorageNode.Storage;
using AspireKv.Transport;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode;

/// <summary>Runs the host, and says in one line why it cannot start where the operator can do something about it.</summary>
internal static class StartUp
{
    public static async Task<int> RunAsync(Func<WebApplication> build, Func<WebApplication, Task> run)
    {
        try
        {
            await using var app = build();
            await run(app);
            return Environment.ExitCode;
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            await Console.Error.WriteLineAsync($"The storage node cannot start: {reason}");
            return 1;
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException validation => string.Join(" ", validation.Failures),
        StartUpException or StorageDamagedException or StorageUnavailableException or DataDirectoryException => exception.Message,
        ArgumentException { Message: var message } when message.StartsWith(ClusterCredential.ConfigurationKey, StringComparison.Ordinal) => message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => $"{exception.Message} Stop what listens there, or configure another port.",
        SocketException => $"a listener could not be opened: {exception.Message}.",
        _ => null,
    };
}
