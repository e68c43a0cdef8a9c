using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>Tells what an operator can mend, when a service does not start, from what is a fault of ours.</summary>
internal static partial class StartUpFault
{
    private const string Binder = "Microsoft.Extensions.Configuration.Binder";
    private const string Logging = "Microsoft.Extensions.Logging.Configuration";
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Ours = "AspireKv.";

    /// <summary>One line that says what is wrong, or null when it is not the operator's to mend.</summary>
    public static string? Explain(Exception exception) => Reason(exception)?.ReplaceLineEndings(" ");

    private static string? Reason(Exception exception) => exception switch
    {
        StartUpException => exception.Message,
        OptionsValidationException validation => string.Join(" ", validation.Failures.Select(failure => Rename(failure, validation))),
        // Options of more than one section are wrong. A rule that looks at another section says again what is wrong there.
        AggregateException several when several.InnerExceptions.All(static inner => inner is OptionsValidationException) =>
            string.Join(" ", several.InnerExceptions.Select(Reason).Distinct()),
        // A text where a number, a time or a switch should be; the message names the option.
        InvalidOperationException { Source: Binder } => exception.Message,
        // A log level that there is not; the message has the level and the category.
        InvalidOperationException { Source: Logging } => $"Logging:LogLevel: {exception.Message}",
        // A configuration file that is no JSON; the innermost message has the line.
        InvalidDataException { InnerException: FormatException } => $"{exception.Message} {exception.GetBaseException().Message}",
        FormatException when exception.TargetSite?.DeclaringType == typeof(BindingAddress) => exception.Message,
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop what listens there, or configure another port.",
        SocketException => $"a listener could not be opened: {exception.Message}.",
        // https without a certificate, or with one that cannot be read.
        InvalidOperationException or IOException or CryptographicException or NotSupportedException
            when exception.StackTrace?.Contains(Server, StringComparison.Ordinal) == true
                && exception.Source?.StartsWith(Ours, StringComparison.Ordinal) != true =>
            $"the server cannot listen as it is configured: {exception.Message}",
        _ => null,
    };

    /// <summary>
    /// The validators of the framework say "Wal.LimitBytes: The field StorageOptions.Wal.LimitBytes must be ..."; an operator knows the
    /// option as Storage:Wal:LimitBytes.
    /// </summary>
    private static string Rename(string failure, OptionsValidationException validation)
    {
        var section = validation.OptionsType.GetField("SectionName", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            ?.GetRawConstantValue() as string;
        var match = Member().Match(failure);
        return section is not null && match.Success && match.Groups["type"].Value == validation.OptionsType.Name
            ? $"{section}:{match.Groups["path"].Value.Replace('.', ':')}{match.Groups["rest"].Value}"
            : failure;
    }

    [GeneratedRegex(@"^(?:[\w.]+: )?The field (?<type>\w+)\.(?<path>[\w.]*\w)(?<rest> .*)$", RegexOptions.Singleline)]
    private static partial Regex Member();
}
