using System.Globalization;

namespace AspireKv.OverloadBench;

/// <summary>What to load, and how.</summary>
/// <param name="IsSlow">True for many slow clients, false for several times the peak.</param>
/// <param name="Gateway">The gateway; on this machine.</param>
/// <param name="Token">The access token; null to log in as in Development.</param>
/// <param name="Factor">How many times the peak is asked for.</param>
/// <param name="Seconds">How long that lasts.</param>
/// <param name="Patience">How long a client waits for its answer before it closes its connection.</param>
/// <param name="Connections">At most so many connections are open; what arrives while all wait is not sent.</param>
internal sealed record OverloadSettings(
    bool IsSlow, Uri Gateway, string? Token, int Factor, int Seconds, TimeSpan Patience, int Connections)
{
    public const string Usage =
        "Usage: bench/overload peak|slow [--url URL] [--factor 1..20] [--seconds 5..120] [--patience MILLISECONDS] "
        + "[--connections 256..20000]";

    public static OverloadSettings? Parse(string[] args)
    {
        if (args is not ["peak" or "slow", ..])
        {
            return null;
        }

        var (url, factor, seconds, patience, connections) = (new Uri("http://127.0.0.1:3000"), 4, 20, 1_000, 8_000);
        for (var i = 1; i + 1 < args.Length; i += 2)
        {
            var isKnown = args[i] switch
            {
                "--url" => Uri.TryCreate(args[i + 1], UriKind.Absolute, out url!) && url.Scheme == "http" && url.Host == "127.0.0.1",
                "--factor" => TryParse(args[i + 1], 1, 20, out factor),
                "--seconds" => TryParse(args[i + 1], 5, 120, out seconds),
                "--patience" => TryParse(args[i + 1], 10, 60_000, out patience),
                "--connections" => TryParse(args[i + 1], 256, 20_000, out connections),
                _ => false,
            };
            if (!isKnown)
            {
                return null;
            }
        }

        return args.Length % 2 == 0
            ? null
            : new(
                args[0] == "slow",
                url,
                Environment.GetEnvironmentVariable("ASPIREKV_TOKEN"),
                factor,
                seconds,
                TimeSpan.FromMilliseconds(patience),
                connections);
    }

    private static bool TryParse(string text, int low, int high, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= low && number <= high;
}
