using System.Security.Cryptography;

namespace AspireKv.AppHost.Tests;

internal static class FreePorts
{
    /// <summary>Below the ports that the system hands out itself, so that no client's connection takes one meanwhile.</summary>
    private const int Lowest = 20_000;
    private const int Highest = 30_000;
    private const int Tries = 100;

    /// <summary>The first of so many free ports in a row.</summary>
    public static int Row(int count)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var first = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row after {Tries} tries.");
    }

    private static bool IsFree(int port) => PortCheck.FindProblem([new PortUse(port, "a test", "another try")]) is null;
}
