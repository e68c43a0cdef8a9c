using System.Runtime.InteropServices;
using AspireKv.ServiceDefaults;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode;

/// <summary>
/// Runs the host, and says in one line why it cannot start where the operator can do something about it. Where it ended for a
/// <see cref="NewLife"/> the process goes on with another host.
/// </summary>
internal static class StartUp
{
    public static async Task<int> RunAsync(Func<WebApplication> build, Func<WebApplication, Task> run)
    {
        // A host that ends already would take the signal for itself, and the next one would never see it.
        var isAskedToStop = false;
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM];
        var registrations = Array.ConvertAll(
            signals, signal => PosixSignalRegistration.Create(signal, _ => Volatile.Write(ref isAskedToStop, true)));
        try
        {
            bool isNewLifeDue;
            do
            {
                await using var app = build();
                var newLife = app.Services.GetRequiredService<NewLife>();
                await run(app);
                isNewLifeDue = newLife.IsDue && !Volatile.Read(ref isAskedToStop);
                if (isNewLifeDue)
                {
                    // Whatever else the damage brought down in this life counts for nothing in the next.
                    Environment.ExitCode = 0;
                }
            }
            while (isNewLifeDue);
            return Environment.ExitCode;
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            await Console.Error.WriteLineAsync($"The storage node cannot start: {reason}");
            return 1;
        }
        finally
        {
            Array.ForEach(registrations, static registration => registration.Dispose());
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        StartUpException or StorageDamagedException or StorageUnavailableException or DataDirectoryException => exception.Message,
        _ => StartUpFault.Explain(exception),
    };
}
