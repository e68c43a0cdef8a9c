using System.ComponentModel;
using AspireKv.LocalHost.Processes;
using Microsoft.Extensions.Logging;

namespace AspireKv.LocalHost.Dashboard;

/// <summary>Microsoft's dashboard, as a process. The application runs on without it, whatever happens to it.</summary>
internal sealed class DashboardProcess
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly LocalHostSettings _settings;
    private readonly ProcessLauncher _launcher;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ChildProcess? _process;
    private volatile string _lastLine = "";

    public DashboardProcess(LocalHostSettings settings, ProcessLauncher launcher, HttpClient http, TimeProvider time, ILogger logger)
    {
        (_settings, _launcher, _http, _time, _logger) = (settings, launcher, http, time, logger);
        IsAvailable = FindOut();
    }

    /// <summary>Whether it can be started at all. Says why not, once.</summary>
    public bool IsAvailable { get; }

    /// <summary>Starts the dashboard and prints where it is; returns then, or when that failed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!IsAvailable)
        {
            return;
        }

        try
        {
            _process = _launcher.Start(new(
                _settings.DashboardPath!, ["dashboard"], Path.GetDirectoryName(_settings.DashboardPath!)!, Variables(), (line, _) => Keep(line)));
        }
        catch (Win32Exception error)
        {
            Log.DashboardFailed(_logger, error.Message, "");
            return;
        }

        using var timeout = new CancellationTokenSource(StartTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            while (!await AnswersAsync(either.Token))
            {
                if (_process.Exited.IsCompleted)
                {
                    Log.DashboardFailed(_logger, $"exit code {await _process.Exited}", _lastLine);
                    return;
                }

                await Task.Delay(AskInterval, _time, either.Token);
            }

            Log.DashboardReady(_logger, new Uri(_settings.DashboardUrl, $"login?t={_settings.BrowserToken}").AbsoluteUri);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.DashboardFailed(_logger, $"no answer within {StartTimeout.TotalSeconds:0} s", _lastLine);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop before the dashboard was up.
        }
    }

    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            await process.StopAsync();
            process.Dispose();
        }
    }

    private bool FindOut()
    {
        if (_settings.DashboardPath is null)
        {
            Log.NoDashboard(_logger);
            return false;
        }

        (Uri Url, string Purpose, string Setting)[] listeners =
        [
            (_settings.DashboardUrl, "its page", "ASPNETCORE_URLS"),
            (_settings.OtlpUrl, "its telemetry", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"),
            (_settings.ResourceServiceUrl, "its list of resources", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"),
        ];
        foreach (var (url, purpose, setting) in listeners.Where(static listener => !LoopbackPorts.IsFree(listener.Url.Port)))
        {
            Log.DashboardPortInUse(_logger, url.Port, purpose, setting);
            return false;
        }

        return true;
    }

    private Dictionary<string, string> Variables() => new()
    {
        ["ASPNETCORE_URLS"] = _settings.DashboardUrl.GetLeftPart(UriPartial.Authority),
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = _settings.OtlpUrl.GetLeftPart(UriPartial.Authority),
        ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = _settings.ResourceServiceUrl.GetLeftPart(UriPartial.Authority),
        ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = _settings.OtlpApiKey,
        ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = _settings.ResourceServiceApiKey,
        ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
        ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = _settings.BrowserToken,
        ["DASHBOARD__API__DISABLED"] = "true",
    };

    private void Keep(string line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            _lastLine = line.Trim();
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(_settings.DashboardUrl, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
