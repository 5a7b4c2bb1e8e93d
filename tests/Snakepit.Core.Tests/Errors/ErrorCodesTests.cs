using System.Text.RegularExpressions;
using Snakepit.Errors;

namespace Snakepit.Core.Tests.Errors;

public sealed partial class ErrorCodesTests
{
    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_category(SnakepitErrorCode code)
    {
        Assert.True(Enum.IsDefined(code.Category()));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_wire_form_is_snake_case(SnakepitErrorCode code)
    {
        Assert.Matches(SnakeCase(), code.ToWire());
    }

    [Fact]
    public void Every_category_has_a_snake_case_form()
    {
        Assert.All(Enum.GetValues<ErrorCategory>(), category => Assert.Matches(SnakeCase(), category.ToWire()));
    }

    [Fact]
    public void Wire_forms_of_codes_are_unique()
    {
        Assert.Distinct(Enum.GetValues<SnakepitErrorCode>().Select(code => code.ToWire()));
    }

    [Fact]
    public void Numbers_of_codes_are_unique()
    {
        Assert.Distinct(Enum.GetNames<SnakepitErrorCode>().Select(name => (int)Enum.Parse<SnakepitErrorCode>(name)));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.QueueFull, "queue_full")]
    [InlineData(SnakepitErrorCode.Unknown, "unknown")]
    [InlineData(SnakepitErrorCode.ResultNotEncodable, "result_not_encodable")]
    public void A_wire_form_is_the_name_in_lower_case_words(SnakepitErrorCode code, string wire)
    {
        Assert.Equal(wire, code.ToWire());
    }

    [Fact]
    public void The_category_of_python_errors_is_spelled_as_in_the_guide()
    {
        Assert.Equal("python_error", SnakepitErrorCode.ToolRaised.Category().ToWire());
    }

    [Fact]
    public void A_code_of_a_newer_silo_counts_as_the_workers()
    {
        Assert.Equal(ErrorCategory.Worker, ((SnakepitErrorCode)9999).Category());
    }

    public static TheoryData<SnakepitErrorCode> Codes => [.. Enum.GetValues<SnakepitErrorCode>()];

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase();
}
