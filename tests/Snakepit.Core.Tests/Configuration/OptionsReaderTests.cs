using Snakepit.Core.Configuration;

namespace Snakepit.Core.Tests.Configuration;

public sealed class OptionsReaderTests
{
    [Fact]
    public void What_is_not_written_keeps_its_default()
    {
        Assert.Equal(("default text", 3, TimeSpan.FromSeconds(1)), (Read().Text, Read().Count, Read().Pause));
    }

    [Fact]
    public void Text_is_taken_as_it_is()
    {
        Assert.Equal(" a b ", Read(("Text", " a b ")).Text);
    }

    [Fact]
    public void Names_of_options_compare_without_case()
    {
        Assert.Equal(7, Read(("cOUNT", "7")).Count);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("False", false)]
    public void A_flag_is_true_or_false(string text, bool expected)
    {
        Assert.Equal(expected, Read(("Flag", text)).Flag);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("10", 10)]
    [InlineData(" 5 ", 5)]
    [InlineData("5.0", 5)]
    public void A_whole_number_in_its_range_is_read(string text, int expected)
    {
        Assert.Equal(expected, Read(("Count", text)).Count);
    }

    [Fact]
    public void A_number_that_may_be_missing_is_read()
    {
        Assert.Equal(4, Read(("MaybeCount", "4")).MaybeCount);
    }

    [Fact]
    public void A_large_number_is_read()
    {
        Assert.Equal(5_000_000_000, Read(("SizeBytes", "5000000000")).SizeBytes);
    }

    [Fact]
    public void A_fraction_is_read_with_a_point()
    {
        Assert.Equal(0.25, Read(("Ratio", "0.25")).Ratio);
    }

    [Theory]
    [InlineData("1500", 1500)]
    [InlineData("2s", 2000)]
    [InlineData("1m", 60_000)]
    [InlineData("00:00:05", 5000)]
    public void A_duration_is_read_in_its_forms(string text, int milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read(("Pause", text)).Pause);
    }

    [Fact]
    public void A_duration_may_be_infinite_where_that_is_allowed()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, Read(("Patience", "infinite")).Patience);
    }

    [Theory]
    [InlineData("ProductionStrict")]
    [InlineData("production_strict")]
    [InlineData("PRODUCTION-STRICT")]
    public void A_choice_is_read_whatever_its_case_and_separators(string text)
    {
        Assert.Equal(SampleProfile.ProductionStrict, Read(("Profile", text)).Profile);
    }

    [Fact]
    public void A_list_is_read_in_the_order_of_its_indices()
    {
        var options = Read(("Counts:10", "3"), ("Counts:9", "2"), ("Counts:0", "1"));

        Assert.Equal([1, 2, 3], options.Counts);
    }

    [Fact]
    public void A_single_text_is_a_list_of_one()
    {
        Assert.Equal(["one"], Read(("Texts", "one")).Texts);
    }

    [Fact]
    public void An_empty_text_in_place_of_a_list_is_an_empty_list()
    {
        Assert.Empty(Read(("Texts", "")).Texts);
    }

    [Fact]
    public void A_dictionary_keeps_names_and_values()
    {
        var options = Read(("Names:OMP_NUM_THREADS", "1"), ("Names:EMPTY", ""));

        Assert.Equal(new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "1", ["EMPTY"] = "" }, options.Names);
    }

    [Fact]
    public void Sections_are_read()
    {
        var options = Read(("Section:Depth", "2"), ("Sections:0:Depth", "3"), ("Sections:1:Depth", "4"));

        Assert.Equal([2, 3, 4], [options.Section.Depth, .. options.Sections.Select(section => section.Depth)]);
    }

    [Fact]
    public void Nothing_written_is_not_a_mistake()
    {
        Assert.Equal(3, Read(("Count", null)).Count);
    }

    [Fact]
    public void An_emptied_text_is_as_good_as_none_where_none_is_the_default()
    {
        Assert.Null(Read(("MaybeText", "")).MaybeText);
    }

    [Theory]
    [InlineData("Flag", "yes", "expected true or false")]
    [InlineData("Count", "many", "expected a whole number")]
    [InlineData("Count", "", "expected a whole number")]
    [InlineData("Count", "2.5", "expected a whole number")]
    [InlineData("Count", "1,000", "expected a whole number")]
    [InlineData("Count", "NaN", "expected a whole number")]
    [InlineData("Count", "0", "allowed is 1 to 10")]
    [InlineData("Count", "11", "allowed is 1 to 10")]
    [InlineData("Count", "Infinity", "expected a whole number")]
    [InlineData("FreeCount", "3000000000", "expected a whole number from -2147483648 to 2147483647")]
    [InlineData("MaybeCount", "-1", "allowed is 0 to 10")]
    [InlineData("SizeBytes", "-1", "allowed is 0 or more")]
    [InlineData("SizeBytes", "1e30", "expected a whole number")]
    [InlineData("Ratio", "half", "expected a number")]
    [InlineData("Ratio", "NaN", "expected a number")]
    [InlineData("Ratio", "1.1", "allowed is at most 1")]
    [InlineData("Pause", "soon", "expected a duration: milliseconds (1500), 1500ms, 60s, 5m, 1h, 1d, 00:02:00")]
    [InlineData("Pause", "-infinity", "expected a duration: milliseconds (1500), 1500ms, 60s, 5m, 1h, 1d, 00:02:00")]
    [InlineData("Pause", "99ms", "allowed is 100ms to 1m")]
    [InlineData("Pause", "61s", "allowed is 100ms to 1m")]
    [InlineData("Pause", "infinite", "infinite is not allowed here")]
    [InlineData("Patience", "0", "allowed is 1ms or more")]
    [InlineData("Patience", "long", "expected a duration: milliseconds (1500), 1500ms, 60s, 5m, 1h, 1d, 00:02:00, infinite")]
    [InlineData("Profile", "Testing", "expected one of Development, ProductionStrict")]
    [InlineData("Profile", "1", "expected one of Development, ProductionStrict")]
    [InlineData("Counts:1", "0", "allowed is 1 to 10")]
    [InlineData("Counts", "5", "expected a list, found a value")]
    [InlineData("Sections", "5", "expected a list, found a value")]
    [InlineData("Sections:gpu", "5", "expected a list; its entries are numbered 0, 1, 2")]
    [InlineData("Section", "5", "expected a section with Depth, found a value")]
    [InlineData("Section:Depth", "11", "allowed is 1 to 10")]
    [InlineData("Names", "A=1", "expected names with values, found a value")]
    [InlineData("Cuont", "3", "no such option; did you mean Count?")]
    [InlineData("maybe_count", "3", "no such option; did you mean MaybeCount?")]
    [InlineData("Section:Dept", "3", "no such option; did you mean Depth?")]
    [InlineData("Section:Size", "3", "no such option; none here has a similar name, and 'snakepit config reference' lists them")]
    public void A_mistake_says_where_what_and_what_is_allowed(string path, string value, string problem)
    {
        Assert.Equal([new OptionMistake($"Sample:{path}", value, problem)], Mistakes((path, value)));
    }

    [Theory]
    [InlineData("Count")]
    [InlineData("Texts:0")]
    [InlineData("Names:A")]
    public void A_section_in_place_of_a_value_is_a_mistake(string path)
    {
        Assert.Equal([new OptionMistake($"Sample:{path}", null, "expected a value, found a section")], Mistakes(($"{path}:X", "1")));
    }

    [Fact]
    public void A_section_beside_a_value_is_a_mistake()
    {
        var mistakes = Mistakes(("Count", "3"), ("Count:X", "1"));

        Assert.Equal([new OptionMistake("Sample:Count", null, "expected a value, found a section")], mistakes);
    }

    [Fact]
    public void A_gap_in_a_list_of_values_is_a_mistake()
    {
        Assert.Equal([new OptionMistake("Sample:Texts:0", null, "expected a value, found none")], Mistakes(("Texts:0", null)));
    }

    [Fact]
    public void An_unknown_section_is_named_without_a_value()
    {
        var mistakes = Mistakes(("Sektion:Depth", "1"));

        Assert.Equal([new OptionMistake("Sample:Sektion", null, "no such option; did you mean Section?")], mistakes);
    }

    [Fact]
    public void A_far_off_name_in_a_large_section_gets_no_long_list()
    {
        var mistake = Assert.Single(Mistakes(("Xyzzyxyzzy", "1")));

        Assert.Equal("no such option; none here has a similar name, and 'snakepit config reference' lists them", mistake.Problem);
    }

    [Fact]
    public void What_is_no_option_cannot_be_set()
    {
        Assert.Equal("Sample:Computed", Assert.Single(Mistakes(("Computed", "x"))).Path);
    }

    [Fact]
    public void All_mistakes_come_together()
    {
        var paths = Mistakes(("Flag", "yes"), ("Cuont", "3"), ("Counts:0", "0"), ("Counts:1", "x"), ("Section:Depth", "0"))
            .Select(mistake => mistake.Path);

        Assert.Equal(["Sample:Counts:0", "Sample:Counts:1", "Sample:Cuont", "Sample:Flag", "Sample:Section:Depth"], paths);
    }

    [Fact]
    public void A_wrong_value_keeps_the_default()
    {
        var reader = new OptionsReader();

        var options = reader.Read<SampleOptions>(Tree(("Count", "many")));

        Assert.Equal(3, options.Count);
    }

    [Fact]
    public void Names_with_values_may_be_a_list_of_pairs()
    {
        var names = Read(("Names:0", "A=1"), ("Names:1", "B=x=y"), ("Names:C", "3"), ("Names:2", "D=")).Names;

        Assert.Equal(
            [("A", "1"), ("B", "x=y"), ("C", "3"), ("D", "")], names.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("=1")]
    [InlineData("")]
    public void An_entry_of_such_a_list_that_is_no_pair_is_a_mistake(string entry) =>
        Assert.Equal(
            ("Sample:Names:0", "expected NAME=value, or a section with names and values"),
            Mistakes(("Names:0", entry)).Select(mistake => (mistake.Path, mistake.Problem)).Single());

    [Theory]
    [InlineData("Patience", "60", "Sample:Patience = '60' is 60ms, since a number without a unit is milliseconds. Write 60s if seconds are "
        + "meant, 60ms if not.")]
    [InlineData("Patience", "999", "is 999ms")]
    [InlineData("Patience", "1000", null)]
    [InlineData("Patience", "60ms", null)]
    [InlineData("Patience", "00:00:00.0600000", null)]
    [InlineData("Brief", "60", null)]
    public void A_bare_number_that_is_very_short_for_its_option_is_doubted(string option, string text, string? said)
    {
        var reader = new OptionsReader();
        reader.Read<SampleOptions>(Tree((option, text)));

        if (said is null)
            Assert.Empty(reader.Doubts);
        else
            Assert.Contains(said, reader.Doubts.Single(), StringComparison.Ordinal);
    }

    private static SampleOptions Read(params (string Key, string? Value)[] values)
    {
        var reader = new OptionsReader();
        var options = reader.Read<SampleOptions>(Tree(values));
        Assert.Empty(reader.Mistakes);
        return options;
    }

    private static IReadOnlyList<OptionMistake> Mistakes(params (string Key, string? Value)[] values)
    {
        var reader = new OptionsReader();
        reader.Read<SampleOptions>(Tree(values));
        return reader.Mistakes;
    }

    private static ConfigNode Tree(params (string Key, string? Value)[] values) =>
        ConfigNode.FromFlat("Sample", values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
}
