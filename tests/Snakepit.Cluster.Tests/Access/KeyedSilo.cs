using System.Net;
using System.Text;
using Snakepit.Core.Access;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Access;

/// <summary>A silo with two pools, keys of several kinds, a file of keys, an identity provider and an audit file.</summary>
public sealed class KeyedSilo : IAsyncLifetime
{
    public const string Ops = "snakepit_key-of-operators", Web = "snakepit_key-of-the-web", Slow = "snakepit_key-with-a-rate";

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-keys-").FullName;

    public SiloUnderTest Silo { get; private set; } = null!;

    public string KeysFile => Path.Combine(_folder, "keys.json");

    public string AuditFile => Path.Combine(_folder, "audit.jsonl");

    internal TokenIssuer Issuer { get; } = new();

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(KeysFile, "{}");
        File.WriteAllText(Path.Combine(_folder, "jwks.json"), Issuer.Jwks);
        Silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1), SiloUnderTest.Pool(size: 1, name: "other")],
            [
                $"Http:Keys:ops:Hash={KeyHash.Of(Ops)}", "Http:Keys:ops:Scopes:0=admin", "Http:Keys:ops:Scopes:1=call",
                $"Http:Keys:web:Hash={KeyHash.Of(Web)}", "Http:Keys:web:Pools:0=default", "Http:Keys:web:Pools:1=gone",
                $"Http:Keys:slow:Hash={KeyHash.Of(Slow)}", "Http:Keys:slow:RequestsPerSecond=0.001", "Http:Keys:slow:Burst=2",
                $"Http:KeysFile={KeysFile}", $"Http:AuditFile={AuditFile}",
                $"Http:Jwt:JwksFile={Path.Combine(_folder, "jwks.json")}", $"Http:Jwt:Issuer={TokenIssuer.Name}",
                $"Http:Jwt:Audience={TokenIssuer.Audience}",
            ]);
        Silo.Http.DefaultRequestHeaders.Add("X-Api-Key", Ops); // as the test kit asks for the state of the silo
        await Silo.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        Issuer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A request with a key; null for none.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? key, string header = "X-Api-Key")
    {
        using var http = new HttpClient { BaseAddress = Silo.Url };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (method == HttpMethod.Post)
            request.Content = new StringContent("""{"a": 1, "b": 2}""", Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? $"Bearer {key}" : key);
        using var response = await http.SendAsync(request);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.ToDictionary(pair => pair.Key, pair => string.Join(",", pair.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Task<Answer> CallAsync(string? key, string pool = "default", string header = "X-Api-Key") =>
        SendAsync(HttpMethod.Post, $"v1/pools/{pool}/tools/add", key, header);

    public async Task<HttpStatusCode> StatusAsync(string? key) => (await CallAsync(key)).Status;
}
