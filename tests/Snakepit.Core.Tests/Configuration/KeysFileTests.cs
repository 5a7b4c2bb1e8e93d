using Snakepit.Core.Access;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

public sealed class KeysFileTests
{
    private static readonly string Hash = KeyHash.Of("secret").ToString();

    [Fact]
    public void Keys_come_from_the_options_and_from_the_file()
    {
        var http = Read(("Keys:ops:Hash", Hash), ("Keys:ops:Scopes:0", "admin"));
        var file = ConfigNode.FromFlat(
            "keys.json",
            [
                new("web:Hash", KeyHash.Of("other").ToString()), new("web:Pools:0", "ml"), new("web:RequestsPerSecond", "2.5"),
            ]);

        var table = KeysFile.Read(http, file);

        var (ops, web) = (table.Find("secret")!, table.Find("other")!);
        Assert.Equal(("ops", "Snakepit:Http:Keys:ops", (RateSpec?)null), (ops.Caller.Name, ops.Caller.Source, ops.Rate));
        Assert.Equal<AccessScope>([AccessScope.Admin], ops.Caller.Scopes);
        Assert.Equal(("web", "keys.json:web", new RateSpec(2.5, 3)), (web.Caller.Name, web.Caller.Source, web.Rate!.Value));
        Assert.Equal<AccessScope>([AccessScope.Call, AccessScope.Read], web.Caller.Scopes);
        Assert.Equal<string>(["ml"], web.Caller.Pools!);
    }

    [Fact]
    public void All_mistakes_of_the_file_are_told_and_none_repeats_what_may_be_a_key()
    {
        var http = Read(("Keys:ops:Hash", Hash));
        var file = ConfigNode.FromFlat(
            "keys.json",
            [
                new("a:Hash", "snakepit_the-key-itself"), new("b:Key", "snakepit_the-key-itself"), new("c:Hash", Hash),
                new("c:Scopes:0", "root"), new("OPS:Hash", KeyHash.Of("x").ToString()), new("c:RequestsPerSecond", "0"),
            ]);

        var error = Assert.Throws<InvalidOptionsException>(() => KeysFile.Read(http, file));

        string[] said =
        [
            "keys.json:a:Hash: expected sha256:", "keys.json:b:Key: no such option", "keys.json:b:Hash: expected",
            "keys.json:c:Hash: a key of Snakepit:Http:Keys has the same",
            "keys.json:c:Scopes:0 = 'root': expected one of Call, Read, Admin",
            "keys.json:OPS: Snakepit:Http:Keys has a key of that name too",
            "keys.json:c:RequestsPerSecond = '0': allowed is 0.001 to 1000000",
        ];
        Assert.All(said, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("the-key-itself", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Keys:we b:Hash", "", "Keys:we b: expected a name")]
    [InlineData("Keys:web:Hash", "snakepit_QUJD", "Keys:web:Hash: expected sha256:")]
    [InlineData("Keys:web", "snakepit_QUJD", "Keys:web: expected a section with Hash")]
    [InlineData("Keys", "snakepit_QUJD", "Keys: expected names with sections")]
    [InlineData("Keys:web:Pools:0", "No_Pool", "Keys:web:Pools:0 = 'No_Pool'")]
    [InlineData("Keys:web:Burst", "5", "Keys:web:Burst = '5': means nothing without RequestsPerSecond")]
    [InlineData("Jwt:Authority", "http://login.example", "Jwt:Authority = 'http://login.example': expected an address")]
    [InlineData("Jwt:Authority", "https://login.example", "Jwt:Audience: is needed")]
    [InlineData("Jwt:JwksFile", "keys.json", "Jwt:Issuer: is needed with JwksFile")]
    [InlineData("Jwt:Audience", "snakepit", "Jwt:Authority: 'snakepit' is of no use without it")]
    public void Mistakes_in_the_options_are_one_sentence_each(string key, string value, string said)
    {
        var error = Assert.Throws<InvalidOptionsException>(() => Read((key, value)));

        Assert.Contains($"Snakepit:Http:{said}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("QUJD", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_burst_that_could_not_let_the_rate_through_is_refused()
    {
        (string, string)[] with = [("Keys:web:Hash", Hash), ("Keys:web:RequestsPerSecond", "1000"), ("Keys:web:Burst", "99")];

        var error = Assert.Throws<InvalidOptionsException>(() => Read(with));

        Assert.Contains(
            "Keys:web:Burst = '99': expected a tenth of RequestsPerSecond (1000) or more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_beside_AllowAnonymous_contradict_it()
    {
        var error = Assert.Throws<InvalidOptionsException>(() => Read(("AllowAnonymous", "true"), ("KeysFile", "keys.json")));

        Assert.Contains("Snakepit:Http:AllowAnonymous = 'true': would let everybody in", error.Message, StringComparison.Ordinal);
    }

    private static HttpOptions Read(params (string Key, string Value)[] options) => SnakepitOptionsValidator.Read(
        ConfigNode.FromFlat("Snakepit", options.Select(pair => KeyValuePair.Create($"Http:{pair.Key}", (string?)pair.Value))),
        needsPools: false).Http;
}
