using Aspire.Hosting.ApplicationModel;

namespace AspireKv.LocalHost;

/// <summary>Asks a project for its health: often until it is healthy, then now and then.</summary>
internal sealed class HealthProber(HttpClient http, TimeProvider time)
{
    public static readonly TimeSpan StartingInterval = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan HealthyInterval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Runs until cancelled, then returns normally. A change is reported, an unchanged answer is not.</summary>
    public Task RunAsync(ProjectResource resource, Action<ResourceSnapshot.HealthState> report, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.HealthChecks.Select(check => RunAsync(resource, check, report, cancellationToken)));

    private async Task RunAsync(
        ProjectResource resource, ProjectHealthCheck check, Action<ResourceSnapshot.HealthState> report, CancellationToken cancellationToken)
    {
        ResourceSnapshot.HealthState? last = null;
        try
        {
            while (true)
            {
                var state = await AskAsync(resource, check, cancellationToken);
                if (state != last)
                {
                    report(state);
                    last = state;
                }

                await Task.Delay(state.IsHealthy == true ? HealthyInterval : StartingInterval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The project ends, and so does the asking.
        }
    }

    private async Task<ResourceSnapshot.HealthState> AskAsync(
        ProjectResource resource, ProjectHealthCheck check, CancellationToken cancellationToken)
    {
        var name = ProjectSnapshots.HealthName(resource, check);
        var endpoint = resource.Endpoints.First(endpoint => endpoint.Name == check.EndpointName);
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var answer = await http.GetAsync(new Uri(endpoint.Url + check.Path), either.Token);
            var healthy = (int)answer.StatusCode == check.StatusCode;
            var body = healthy ? "" : " " + await answer.Content.ReadAsStringAsync(either.Token);
            return new(name, healthy, $"{check.Path} answers {(int)answer.StatusCode}.{body}");
        }
        catch (HttpRequestException)
        {
            return new(name, false, $"{check.Path} does not answer.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(name, false, $"{check.Path} did not answer within {AnswerTimeout.TotalSeconds:0} s.");
        }
    }
}
