using System.Runtime.InteropServices;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode;

/// <summary>
/// Runs the node, one life after another: where a host ended for a <see cref="NewLife"/>, the process goes on with another host.
/// </summary>
internal static class NodeLives
{
    /// <exception cref="StartUpException">The node must not start: its options or its files are not in order.</exception>
    public static async Task RunAsync(Func<WebApplication> build, Func<WebApplication, Task> run)
    {
        try
        {
            await LiveAsync(build, run);
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException or DataDirectoryException)
        {
            throw new StartUpException(exception.Message, exception);
        }
    }

    private static async Task LiveAsync(Func<WebApplication> build, Func<WebApplication, Task> run)
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
        }
        finally
        {
            Array.ForEach(registrations, static registration => registration.Dispose());
        }
    }
}
