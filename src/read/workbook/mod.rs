//! Workbooks: XLSX, XLSM, XLSB, XLS and ODS as raw rows, sheet by sheet.
