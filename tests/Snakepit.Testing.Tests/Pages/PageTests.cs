using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Snakepit.Core.Configuration;

namespace Snakepit.Testing.Tests.Pages;

/// <summary>What README and the documentation show works, as it stands there.</summary>
public sealed class PageTests
{
    /// <summary>How the pages write the hash of a key that they do not tell.</summary>
    private const string ShortHash = "sha256:…";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<TheoryDataRow<string>> Programs => PageBlocks.Of("csharp");

    public static IEnumerable<TheoryDataRow<string>> Json => PageBlocks.Of("json");

    [Theory, Trait("Speed", "Slow")]
    [MemberData(nameof(Programs))]
    public void A_block_of_CSharp_compiles(string place)
    {
        var mistakes = Snippet.Mistakes(PageBlocks.Read(place));

        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
    }

    [Fact]
    public void A_name_that_does_not_exist_is_found() => Assert.Contains(
        "'ISnakepitClient' does not contain a definition for 'ExecuteAsnyc'",
        Assert.Single(Snippet.Mistakes("await python.ExecuteAsnyc(\"add\");")),
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Json))]
    public void A_block_of_JSON_is_valid_and_has_no_unknown_option(string place)
    {
        var block = JsonNode.Parse(PageBlocks.Read(place))!.AsObject();
        if (Configuration(block) is not { } whole)
            return;
        List<string> doubts = [];

        SnakepitOptionsValidator.Read(Section(whole), needsPools: false, doubts);

        Assert.Empty(doubts);
    }

    [Fact]
    public void Blocks_have_languages_that_are_known() => Assert.Empty(
        PageBlocks.Languages.Except(["", "csharp", "json", "python", "bash", "console", "sh", "dockerfile", "mermaid", "sql", "yaml"]));

    /// <summary>A block shows the whole file, the section, one pool or a file of keys; null for anything else.</summary>
    private static JsonObject? Configuration(JsonObject block) =>
        block.ContainsKey("Snakepit") ? block
        : block.ContainsKey("Pools") ? new() { ["Snakepit"] = block }
        : block.ContainsKey("AdapterModule") ? new() { ["Snakepit"] = new JsonObject { ["Pools"] = new JsonArray(block) } }
        : block.All(pair => pair.Value is JsonObject entry && entry.ContainsKey("Hash"))
            ? new() { ["Snakepit"] = new JsonObject { ["Http"] = new JsonObject { ["Keys"] = block } } }
        : null;

    private static ConfigNode Section(JsonObject whole)
    {
        var text = whole.ToJsonString(Readable)
            .Replace("[\"…\"]", "[]", StringComparison.Ordinal)
            .Replace(ShortHash, $"sha256:{new string('0', 64)}", StringComparison.Ordinal);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Snakepit");
        return ConfigNode.FromFlat("Snakepit", section.AsEnumerable(makePathsRelative: true));
    }
}
