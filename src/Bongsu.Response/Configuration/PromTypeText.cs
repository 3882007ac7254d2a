using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Response.Configuration;

/// <summary>PromQL's types as sentences name them.</summary>
internal static class PromTypeText
{
    public static string Of(PromType type) => type switch
    {
        PromType.Scalar => "a scalar",
        PromType.InstantVector => "an instant vector",
        PromType.RangeVector => "a range vector",
        _ => "a string",
    };
}
