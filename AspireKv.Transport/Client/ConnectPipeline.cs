using AspireKv.Cluster.Topology;
using AspireKv.Dialing;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace AspireKv.Transport.Client;

/// <summary>
/// How a node is connected to: each attempt within its time, a circuit breaker around attempts that keep failing, and further attempts
/// without end, with exponential back-off and jitter (outside the breaker, which refuses attempts while it is open).
/// </summary>
internal static class ConnectPipeline
{
    public static ResiliencePipeline Create(NodeId node, string name, ChannelDependencies dependencies)
    {
        var (options, metrics, time, logger) = (dependencies.Options, dependencies.Metrics, dependencies.Time, dependencies.Logger);
        var logGate = new LogGate(time);

        ValueTask OnBreaker(string state)
        {
            metrics.BreakerChanged(name, state);
            Log.BreakerChanged(logger, node, name, state);
            return default;
        }

        ValueTask OnFailure(Exception? exception)
        {
            metrics.ConnectAttempted(name, exception is BrokenCircuitException ? "held-back" : "failed");
            if (exception is BrokenCircuitException)
            {
                return default;
            }

            var cause = exception switch
            {
                TimeoutRejectedException { InnerException: NoAnswerException silent } => $"{silent.Message} (in {options.ConnectTimeout})",
                null => "no cause",
                _ => exception.Message,
            };
            if (exception is AllAddressesFailedException failed
                && failed.Causes.OfType<HandshakeRefusedException>().FirstOrDefault() is { } refused)
            {
                if (logGate.TryPass(refused.Reason, out var suppressed))
                {
                    Log.RefusedByNode(logger, node, name, cause, suppressed);
                }
            }
            else if (logGate.TryPass("unreachable", out _))
            {
                Log.Unreachable(logger, node, name, cause);
            }
            else
            {
                Log.AttemptFailed(logger, node, name, cause);
            }

            return default;
        }

        return new ResiliencePipelineBuilder { Name = $"connect-{name}", TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.ReconnectDelay,
                MaxDelay = options.MaxReconnectDelay,
                OnRetry = arguments => OnFailure(arguments.Outcome.Exception),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakerFailures,
                SamplingDuration = options.BreakerWindow,
                BreakDuration = options.BreakerDuration,
                OnOpened = _ => OnBreaker("open"),
                OnHalfOpened = _ => OnBreaker("half-open"),
                OnClosed = _ => OnBreaker("closed"),
            })
            .AddTimeout(options.ConnectTimeout)
            .Build();
    }
}
