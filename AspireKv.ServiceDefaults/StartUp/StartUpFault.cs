using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>Tells what an operator can mend, when a service does not start, from what is a fault of ours.</summary>
internal static class StartUpFault
{
    private const string Binder = "Microsoft.Extensions.Configuration.Binder";

    /// <summary>One line that says what is wrong, or null when it is not the operator's to mend.</summary>
    public static string? Explain(Exception exception) => Reason(exception)?.ReplaceLineEndings(" ");

    private static string? Reason(Exception exception) => exception switch
    {
        StartUpException => exception.Message,
        OptionsValidationException validation => string.Join(" ", validation.Failures),
        // Options of more than one section are wrong. A rule that looks at another section says again what is wrong there.
        AggregateException several when several.InnerExceptions.All(static inner => inner is OptionsValidationException) =>
            string.Join(" ", several.InnerExceptions.Select(Reason).Distinct()),
        // A text where a number, a time or a switch should be; the message names the option.
        InvalidOperationException { Source: Binder } => exception.Message,
        // A configuration file that is no JSON; the innermost message has the line.
        InvalidDataException { InnerException: FormatException } => $"{exception.Message} {exception.GetBaseException().Message}",
        FormatException when exception.TargetSite?.DeclaringType == typeof(BindingAddress) => exception.Message,
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop what listens there, or configure another port.",
        SocketException => $"a listener could not be opened: {exception.Message}.",
        _ => null,
    };
}
