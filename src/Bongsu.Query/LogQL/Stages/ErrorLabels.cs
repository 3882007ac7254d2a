namespace Bongsu.Query.LogQL.Stages;

/// <summary>Labels and values by which Loki says that a stage could not handle a line.</summary>
internal static class ErrorLabels
{
    public const string Error = "__error__";
    public const string Details = "__error_details__";
    public const string Json = "JSONParserErr";
    public const string Logfmt = "LogfmtParserErr";
    public const string LabelFilter = "LabelFilterErr";
    public const string SampleExtraction = "SampleExtractionErr";
    public const string Template = "TemplateFormatErr";
}
