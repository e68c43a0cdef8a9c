using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AspireKv.OverloadBench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (OverloadSettings.Parse(args) is not { } settings)
{
    Console.Error.WriteLine(OverloadSettings.Usage);
    return 2;
}

var token = settings.Token ?? await LogInAsync(settings.Gateway);
var value = new string('v', 100);
var requests = Enumerable.Range(0, 10_000).Select(key => Encoding.ASCII.GetBytes(
    $"PUT /v1/kv/default/overload-{key} HTTP/1.1\r\nHost: {settings.Gateway.Authority}\r\nAuthorization: Bearer {token}\r\n"
    + $"Content-Type: text/plain\r\nContent-Length: {value.Length}\r\n\r\n{value}")).ToArray();
var next = 0;
using var clients = new Clients(settings, () => requests[(uint)Interlocked.Increment(ref next) % requests.Length]);
await (settings.IsSlow ? SlowScenario.RunAsync(settings, clients, token) : PeakScenario.RunAsync(settings, clients));
return 0;

static async Task<string> LogInAsync(Uri gateway)
{
    using var http = new HttpClient();
    using var answer = await http.PostAsJsonAsync(new Uri(gateway, "login"), new { email = "bench@example.com" });
    using var json = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    return json.RootElement.GetProperty("token").GetString()!;
}
