using System.Security.Cryptography;
using Snakepit.Core.Access;

namespace Snakepit.Core.Tests.Access;

public sealed class KeyTests
{
    [Fact]
    public void A_new_key_has_all_its_random_bits_and_needs_no_quotes()
    {
        var random = RandomNumberGenerator.GetBytes(KeyHash.RandomBytes);

        var key = KeyHash.NewKey(random);

        Assert.Matches("^snakepit_[A-Za-z0-9_-]{43}$", key);
        Assert.NotEqual(key, KeyHash.NewKey(RandomNumberGenerator.GetBytes(KeyHash.RandomBytes)));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyHash.NewKey(new byte[15]));
    }

    [Fact]
    public void A_hash_is_what_sha256sum_says()
    {
        var hash = KeyHash.Of("abc");

        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash.ToString());
        Assert.True(KeyHash.TryParse("sha256:" + hash.ToString()["sha256:".Length..].ToUpperInvariant())!.Matches(hash));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("snakepit_QUJD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("sha256:xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void What_is_no_hash_is_none(string? text) => Assert.Null(KeyHash.TryParse(text));

    [Fact]
    public void A_table_knows_its_keys_and_no_others()
    {
        var table = new KeyTable(Enumerable.Range(0, 1000).Select(i => new ApiKey(
            KeyHash.Of($"key-{i}"), new Caller(CallerKind.Key, $"name-{i}"), null)));

        Assert.Equal("name-17", table.Find("key-17")?.Caller.Name);
        Assert.Null(table.Find("key-1000"));
        Assert.Null(table.Find(""));
        Assert.Null(table.Find(KeyHash.Of("key-17").ToString()));
    }
}
