using System.Globalization;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>A Prometheus of the distribution that reads one silo.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProgram _program;
    private readonly HttpClient _http;

    private PrometheusServer(string folder, ChildProgram program, Uri url) =>
        (_folder, _program, _http) = (folder, program, new HttpClient { BaseAddress = url });

    public static PrometheusServer Start(Uri silo)
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-prometheus-").FullName;
        var config = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(config, $"""
            global:
              scrape_interval: 500ms
              scrape_timeout: 500ms
            scrape_configs:
              - job_name: snakepit
                static_configs:
                  - targets: ["{silo.Authority}"]
            """);
        var at = $"127.0.0.1:{FreePorts.Take()}";
        var program = ChildProgram.Start(new ProgramStart(
            "prometheus",
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address={at}"]));
        return new PrometheusServer(folder, program, new Uri($"http://{at}"));
    }

    /// <summary>Waits until a query has one answer, and that number.</summary>
    public async Task SeeAsync(string query, double value)
    {
        try
        {
            await Eventually.SeeAsync(() => AskAsync(query), answer => answer == value, what: $"{query} is {value}");
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}\n{_program.Output}");
        }
    }

    /// <summary>Whether it understands a query: <c>success</c>, or what is wrong with it.</summary>
    public async Task<string> StatusOfAsync(string query)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative));
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return $"{document["error"] ?? document["status"]}";
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _http.Dispose();
        await Places.DeleteAsync(_folder);
    }

    private async Task<double?> AskAsync(string query)
    {
        try
        {
            var answer = await _http.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative));
            return JsonNode.Parse(answer)!["data"]!["result"] is JsonArray { Count: 1 } result
                ? double.Parse(result[0]!["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture)
                : null;
        }
        catch (HttpRequestException) // it is still starting
        {
            return null;
        }
    }
}
