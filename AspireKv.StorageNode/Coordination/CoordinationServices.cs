using Microsoft.Extensions.Options;
using Polly;
using Polly.Telemetry;

namespace AspireKv.StorageNode.Coordination;

/// <summary>Registers what runs the operations of clients.</summary>
internal static class CoordinationServices
{
    public static void AddCoordination(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CoordinationOptions, CoordinationOptionsValidator>()
            .BindConfiguration(CoordinationOptions.SectionName);
        services.AddSingleton<CoordinationMetrics>();
        services.AddSingleton<OperationRunner>();
        services.AddSingleton<OverdueOperations>();
        services.AddHostedService(static provider => provider.GetRequiredService<OverdueOperations>());

        // Under load with a slow replica these are several lines for each operation; counted they are of more use.
        services.Configure<Polly.Telemetry.TelemetryOptions>(
            static telemetry => telemetry.SeverityProvider = static _ => ResilienceEventSeverity.Debug);
        services.AddResiliencePipeline<string, bool>(
            OverdueOperations.PipelineName,
            static (builder, context) => OverdueOperations.Configure(
                builder, context.ServiceProvider.GetRequiredService<IOptions<CoordinationOptions>>().Value));
    }
}
